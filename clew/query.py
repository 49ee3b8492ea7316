"""`clew query`: asks one question; each is a command of its own, made from the header of its file."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from graph.connection import Address
    from graph.settings import Settings
    from queries.answer import Answer
    from queries.catalogue import Param, Query

PASSES_ON: dict[str, Any] = {
    "allow_extra_args": True,
    "ignore_unknown_options": True,
    "help_option_names": [],
}


class Format(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def query(context: typer.Context) -> None:
    """Ask one question of the catalogue; `clew queries` lists them."""
    # Which questions there are takes files to read: only who asks one waits for that.
    width = {} if context.terminal_width is None else {"terminal_width": context.terminal_width}
    questions()(args=context.args or ["--help"], prog_name="clew query", **width)


def questions() -> typer.Typer:
    """Return the commands that the catalogue makes."""
    from queries.catalogue import catalogue
    from queries.documents import example

    app = typer.Typer(
        help=query.__doc__,
        epilog="Example: clew query freshness",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    # Without it, a catalogue of one question would be that question.
    app.callback(help=query.__doc__)(lambda: None)
    for each in catalogue().values():
        app.command(each.name, help=f"{each.purpose}\n\nCaution: {each.caution}", epilog=f"Example: {example(each)}")(
            _command(each)
        )
    return app


def _command(asked: Query) -> Callable[..., None]:
    """Return a function whose signature is what the question's header declares."""
    from clew import recorded
    from clew.database import found
    from graph.settings import Settings

    def command(**given: Any) -> None:
        groups, how, purpose = _texts(given.pop("groups")), given.pop("format"), given.pop("purpose")
        settings = Settings.from_env()
        params = {
            name: _parse(name, _kind(param), given[name], settings)
            for name, param in asked.options.items()
            if given[name] is not None
        }
        address = found(settings)
        answered = recorded.asking(
            settings,
            address,
            asked,
            params,
            groups,
            purpose,
            lambda: answer(asked.name, params, groups, settings, address),
        )
        _show(answered, how, settings)

    parameters = [_parameter(name, param) for name, param in asked.options.items()] + _EVERY_QUESTION
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return command


def _kind(param: Param) -> str:
    return param.type.removesuffix(" | None")


def _parameter(name: str, param: Param) -> inspect.Parameter:
    from queries.documents import option

    default: Any = None if param.default is None or param.default == "None" else param.default.strip("'")
    if (kind := _kind(param)) == "bool":
        declarations = (f"{option(name)}/--no-{name.replace('_', '-')}",)
        takes, default = "bool", None if default is None else default == "True"
    else:
        declarations, takes = (option(name),), "str"
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[
            _TAKES[takes, param.default is None],
            typer.Option(*declarations, metavar=_METAVARS.get(kind), help=param.says),
        ],
        default=inspect.Parameter.empty if param.default is None else default,
    )


_TAKES: Mapping[tuple[str, bool], Any] = {
    ("str", True): str,
    ("str", False): str | None,
    ("bool", True): bool,
    ("bool", False): bool | None,
}
"""What the command takes, by kind and by whether it must be given."""

_EVERY_QUESTION = [
    inspect.Parameter(
        "groups",
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[
            str,
            typer.Option(
                metavar="G,...",
                help="Groups whose restricted records are to be seen; not given: none.",
                show_default=False,
            ),
        ],
        default="",
    ),
    inspect.Parameter(
        "purpose",
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[
            str | None,
            typer.Option(
                metavar="CODE[:reference]",
                help="What real records are asked for, such as THREAT_ASSESSMENT; it is recorded.",
            ),
        ],
        default=None,
    ),
    inspect.Parameter(
        "format",
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[Format, typer.Option(help="How the answer is written.")],
        default=Format.TABLE,
    ),
]

_METAVARS = {
    "str": "TEXT",
    "int": "NUMBER",
    "float": "NUMBER",
    "date": "YYYY-MM-DD",
    "datetime": "YYYY-MM-DDTHH:MM",
    "list[str]": "TEXT,...",
}


def _texts(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def moment(text: str, settings: Settings) -> datetime:
    """Return an instant as written in ISO 8601; one without a zone is in the force's own.

    Raises ValueError for anything else.
    """
    read = datetime.fromisoformat(text)
    # In UTC: the driver crashes on a time in a named zone.
    return (read if read.tzinfo else read.replace(tzinfo=settings.time_zone)).astimezone(UTC)


_READ: Mapping[str, Callable[[str, Settings], Any]] = {
    "str": lambda text, _: text,
    "int": lambda text, _: int(text),
    "float": lambda text, _: float(text),
    "date": lambda text, _: date.fromisoformat(text),
    "datetime": lambda text, settings: moment(text, settings).astimezone(settings.time_zone),
    "list[str]": lambda text, _: _texts(text),
}


def _parse(name: str, kind: str, given: Any, settings: Settings) -> Any:
    if kind == "bool":
        return given
    try:
        return _READ[kind](given, settings)
    except ValueError:
        option = f"--{name.replace('_', '-')}"
        raise typer.BadParameter(f"should be written as {_METAVARS[kind]}", param_hint=option) from None


def answer(
    name: str, params: Mapping[str, Any], groups: list[str], settings: Settings, address: Address | None = None
) -> Answer[Any]:
    """Ask a question of the catalogue and return its answer; the function that asks stands beside its file."""
    import asyncio
    from importlib import import_module

    from clew.database import found
    from graph import connection
    from graph.reference.roles import audience
    from queries.answer import Viewer
    from queries.catalogue import catalogue

    viewer = Viewer(audience=audience(groups, settings.roles))
    there = address or found(settings)
    question = getattr(import_module(f"queries.{catalogue()[name].kind}.{name}"), name)

    async def ask() -> Answer[Any]:
        async with connection.reader(there, settings.read_seconds) as reader:
            answered: Answer[Any] = await question(reader, viewer, **params)
            return answered

    return asyncio.run(ask())


def _show(answered: Answer[Any], how: Format, settings: Settings) -> None:
    from clew import output

    if how is Format.TABLE:
        output.as_table(answered, settings.time_zone)
    elif how is Format.JSON:
        output.as_json(answered)
    else:
        output.as_csv(answered)
