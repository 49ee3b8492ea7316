"""The pages in docs/: the generated ones are current, and everything has its place in one of them."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from clew import documents
from clew.docs import pages
from command import ROOT, clew
from graph import schema
from graph.documents import error_classes, vocabularies
from graph.settings import Settings
from ingest.contracts import FEEDS
from ingest.documents import templates
from queries.catalogue import catalogue

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
LINKED = [*PAGES, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]


@pytest.mark.parametrize("name", pages())
def test_a_generated_page_is_current(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == pages()[name], "run `clew docs`"


def test_rendering_gives_the_same_each_time() -> None:
    assert pages() == pages()


def heading(page: str, words: str) -> bool:
    """Whether a page has a heading of exactly these words."""
    return re.search(rf"^#+ {re.escape(words)}$", (DOCS / page).read_text("utf-8"), re.MULTILINE) is not None


def named(page: str, word: str) -> bool:
    return f"`{word}`" in (DOCS / page).read_text("utf-8")


def test_every_label_and_relationship_type_has_its_place() -> None:
    assert all(heading("schema.md", model.__name__) for model in schema.NODES)
    assert all(heading("schema.md", model.TYPE) for model in schema.RELATIONSHIPS)


def test_every_feed_and_column_has_its_place() -> None:
    for feed in FEEDS:
        assert heading("feeds.md", feed.name)
        assert all(named("feeds.md", column.name) for column in feed.all_columns)


def test_every_question_has_its_place() -> None:
    assert catalogue()
    assert all(heading("queries.md", name) for name in catalogue())


def test_every_command_has_its_place() -> None:
    assert all(heading("commands.md", f"clew {name}") for name in documents.commands())


def test_every_setting_has_its_place() -> None:
    names = [setting.metadata["name"] for setting in Settings.__dataclass_fields__.values()]
    assert all(named("settings.md", name) for name in names)


def test_every_error_has_its_place_in_the_tree_and_in_the_table() -> None:
    drawn = (DOCS / "errors.md").read_text("utf-8").split("```")[1]
    for each in error_classes():
        assert re.search(rf"\b{each.__name__}\b", drawn)
        assert named("errors.md", each.__name__)


def test_every_term_has_its_place() -> None:
    for vocabulary in vocabularies():
        assert heading("terms.md", vocabulary.__name__)
        assert all(named("terms.md", term.value) for term in vocabulary)


WORDS = (
    "nominal, person, incident, offence, role, dyad, assessment, answer, grade, cluster (of risk), linked group, "
    "serial, repeat, suspected, withheld, restricted, masked, audience, feed, delivery, batch, reject, waiting, "
    "version, revision, withdrawn, retired, complete, manifest, data quality, item, factor, "
    "instrument, relationship type, ego network, POLE, DASH, DARA, provenance, known at, as of, evidence, definition"
)


@pytest.mark.parametrize("word", WORDS.split(", "))
def test_the_glossary_says_what_a_word_means(word: str) -> None:
    assert re.search(rf"^\| {re.escape(word)}(, \w+)* \| \w", (DOCS / "glossary.md").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("path", LINKED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", path.read_text("utf-8")):
        page = path.parent / target if target else path
        assert page.exists(), target
        if anchor:
            assert anchor in anchors(page), f"{target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """Return what the headings of a page can be linked to by."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", words).strip().lower().replace(" ", "-") for words in headings}


def test_a_decision_says_its_context_its_choice_and_its_price() -> None:
    decisions = sorted((DOCS / "decisions").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    for number, path in enumerate(decisions, 1):
        text = path.read_text("utf-8")
        assert text.startswith(f"# {number}. ")
        assert all(f"\n**{part}.** " in text for part in ("Context", "Choice", "Price")), path.name


def test_there_is_one_version() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest is not None
    assert declared == newest[1] == version("clew")


def test_docs_writes_what_check_accepts_and_check_names_what_is_stale(tmp_path: Path) -> None:
    assert clew("docs", "pages", home=tmp_path).returncode == 0
    assert clew("docs", "pages", "--check", home=tmp_path).returncode == 0
    (tmp_path / "pages" / "feeds.md").write_text("else", "utf-8")
    checked = clew("docs", "pages", "--check", home=tmp_path)
    assert checked.returncode == 1
    assert checked.stderr == "clew: Not current in pages: feeds.md. Run `clew docs` and look at what changed.\n"
    assert (tmp_path / "pages" / "feeds.md").read_text("utf-8") == "else"


def test_templates_are_an_empty_delivery_and_never_replace_one(tmp_path: Path) -> None:
    assert clew("docs", "--templates", "delivery", home=tmp_path).returncode == 0
    assert {path.name for path in (tmp_path / "delivery").iterdir()} == set(templates())
    again = clew("docs", "--templates", "delivery", home=tmp_path)
    assert again.returncode == 1
    assert again.stderr.startswith("clew: delivery holds ")
