"""Generates the client beside it from the schema and the trusted documents, by ariadne-codegen: `make client`."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from graphql import (
    DefinitionNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    introspection_from_schema,
    parse,
    print_ast,
    validate,
)

from api.preparation import SHIPPED, document_id
from api.schema import schema
from graph.errors import QueryFileError

HERE = Path(__file__).parent
BY_HAND = ("generate.py", "transport.py")

_CONFIG = """
[tool.ariadne-codegen]
schema_path = "schema.graphql"
queries_path = "documents.graphql"
target_package_name = "client"
target_package_path = "."
client_name = "Clew"
base_client_name = "Transport"
base_client_file_path = "transport.py"
include_comments = "none"
multipart_uploads = false
include_all_inputs = false
include_all_enums = false
plugins = [
    "ariadne_codegen.contrib.extract_operations.ExtractOperationsPlugin",
    "ariadne_codegen.contrib.shorter_results.ShorterResultsPlugin",
]

[tool.ariadne-codegen.scalars.Date]
type = "datetime.date"

[tool.ariadne-codegen.scalars.DateTime]
type = "datetime.datetime"
"""
_SAYS = {
    "__init__": "The client for Python programs: `async with Clew(url, headers) as clew: await clew.threat_list()`.",
    "base_model": "What all models are made from.",
    "client": "Asks the service: a method for each trusted document.",
    "enums": "What is one of a few values.",
}
_ERRORS = ("ClientError", "Refused", "Unreachable")


def schema_hash() -> str:
    """Return the hash of the schema without its descriptions, which do not matter to a client."""
    told = introspection_from_schema(schema()._schema, descriptions=False)
    return "sha256:" + sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def documents(folder: Path = SHIPPED) -> dict[str, str]:
    """Return the text of each trusted document by the name of its operation.

    Raises QueryFileError if one has not exactly one operation with a name, or does not fit the schema.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.graphql")):
        text = path.read_text("utf-8")
        document = parse(text)
        names = [
            each.name.value if each.name else ""
            for each in document.definitions
            if isinstance(each, OperationDefinitionNode)
        ]
        if len(names) != 1 or not names[0] or names[0] in found:
            raise QueryFileError(f"{path.name} needs exactly one operation, with a name of its own.")
        if wrong := validate(schema()._schema, document):
            raise QueryFileError(f"{path.name} does not fit the schema: {wrong[0].message}")
        found[names[0]] = text
    return found


def generate(program: Path, into: Path = HERE) -> list[str]:
    """Write the client into a folder anew, and return the names of its files; those written by hand stay.

    Raises QueryFileError if a document cannot have a method; CalledProcessError if the program fails.
    """
    texts = documents()
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        (work / "schema.graphql").write_text(schema().as_str(), "utf-8")
        (work / "documents.graphql").write_text("\n".join(_definitions(texts).values()), "utf-8")
        (work / "transport.py").write_text((HERE / "transport.py").read_text("utf-8"), "utf-8")
        (work / "config.toml").write_text(_CONFIG, "utf-8")
        subprocess.run([program.absolute(), "--config", "config.toml"], cwd=work, check=True, stdout=subprocess.DEVNULL)
        files = {path.name: path.read_text("utf-8") for path in sorted((work / "client").glob("*.py"))}
    files["operations.py"] = _operations(files["operations.py"], texts)
    files["client.py"] = _explained(files["client.py"], texts)
    files["__init__.py"] = _with_errors(files["__init__.py"])
    # A model that something does not fit says so without the value.
    files["base_model.py"] = files["base_model.py"].replace("ConfigDict(", "ConfigDict(hide_input_in_errors=True, ")
    for path in into.glob("*.py"):
        if path.name not in BY_HAND:
            path.unlink()
    for name in sorted(files.keys() - set(BY_HAND)):
        text = files[name].replace("_GQL", "_ID")
        (into / name).write_text(text if ast.get_docstring(ast.parse(text)) else _says(name) + text, "utf-8")
    return sorted(files.keys() - set(BY_HAND))


def _definitions(texts: Mapping[str, str]) -> dict[str, str]:
    """Return all operations and fragments, each once."""
    found: dict[str, str] = {}
    for text in texts.values():
        for each in parse(text).definitions:
            printed = print_ast(each)
            if found.setdefault(_name(each), printed) != printed:
                raise QueryFileError(f"Two trusted documents have different fragments {_name(each)!r}.")
    return found


def _name(definition: DefinitionNode) -> str:
    assert isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode)  # noqa: S101 -- they are valid
    return definition.name.value if definition.name else ""


def _operations(made: str, texts: Mapping[str, str]) -> str:
    """Return the module that gives each document's id in place of its text.

    The text that ariadne-codegen would send must be the document: where it adds `__typename`, the file lacks it.
    """
    lines = ['"""What `make client` was given: the hash of the schema, and the trusted documents by their ids."""', ""]
    lines += [f'SCHEMA = "{schema_hash()}"']
    for statement in ast.parse(made).body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        if (variable := statement.targets[0].id) == "__all__":
            continue
        sent = _definitions({variable: ast.literal_eval(statement.value)})
        (operation,) = sent.keys() & texts.keys()
        own = _definitions({operation: texts[operation]})
        if sent != {name: own[name] for name in sent}:
            raise QueryFileError(f"{operation}: ask for __typename wherever a value is one of several types.")
        lines.append(f'{variable} = "{document_id(texts[operation])}"')
    return "\n".join([*lines, ""])


def _explained(made: str, texts: Mapping[str, str]) -> str:
    """Return the module of the client with each document's first comment as what its method says."""
    lines = made.replace("def gql(q: str) -> str:\n    return q\n", "").splitlines()
    (client,) = [each for each in ast.parse("\n".join(lines)).body if isinstance(each, ast.ClassDef)]
    says = {name.lower(): text.splitlines()[0].removeprefix("#").strip() for name, text in texts.items()}
    for method in reversed(client.body):
        if isinstance(method, ast.AsyncFunctionDef):
            lines.insert(method.body[0].lineno - 1, f'        """{says[method.name.replace("_", "")]}"""')
    lines.insert(
        client.lineno, '    """A connection to one service. What goes wrong raises Unreachable or Refused."""\n'
    )
    return "\n".join([*lines, ""])


def _with_errors(made: str) -> str:
    names = ", ".join(sorted((*_ERRORS, "Transport")))
    exported = "".join(f'"{name}", ' for name in _ERRORS)
    made = made.replace("from .transport import Transport", f"from .transport import {names}")
    return made.replace("__all__ = [", f"__all__ = [{exported}")


def _says(name: str) -> str:
    stem = name.removesuffix(".py")
    says = _SAYS.get(stem, f"What the trusted document {stem} brings.")
    return f'"""{says}\n\nGenerated by `make client`; do not edit.\n"""\n\n'


if __name__ == "__main__":
    generate(Path(sys.argv[1]))
