"""Holds a delivery to its manifest: every file, checksum and number of rows, before anything is loaded."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from graph.errors import SourceError
from ingest.contracts import BY_NAME
from ingest.manifest import Manifest

_CURE = "deliver all of it again, or, if that is meant, write the manifest anew (`clew manifest FOLDER --replace`)"


def demand_files(said: Manifest, there: Mapping[str, str], feeds: Mapping[str, str] | None) -> None:
    """Raise SourceError for a file that is missing, not listed, or has another checksum than the manifest says.

    `there` is the checksum of each delivered file that is a table or listed; `feeds` the feed of each table, None where
    a mapping makes the feeds.
    """
    listed, name = said.listed, said.name
    for file, sha256 in listed.items():
        if file not in there:
            raise SourceError(f"{file} is missing, though {name} lists it; {_CURE}.")
        if there[file] != sha256:
            raise SourceError(f"{file} is not the file that {name} lists: its checksum is another; {_CURE}.")
    if feeds is None:
        if any(feed.files for feed in said.feeds.values()):
            raise SourceError(f"{name}: with a mapping, list what is delivered under `files`, not under a feed.")
        unlisted = sorted(there.keys() - listed) if listed else []
    else:
        # A feed of which only the number of rows is said may be in any files.
        free = {feed for feed, of_it in said.feeds.items() if not of_it.files}
        unlisted = sorted(file for file, feed in feeds.items() if file not in listed and feed not in free)
        if not (said.feeds or said.files):
            unlisted = []
        if missing := sorted(said.feeds.keys() - set(feeds.values())):
            raise SourceError(f"{missing[0]} is missing, though {name} lists that feed; {_CURE}.")
    if unlisted:
        raise SourceError(f"{unlisted[0]} is delivered, but {name} does not list it; {_CURE}.")


def demand_rows(said: Manifest, rows: Mapping[str, int], files: Mapping[str, Collection[str]]) -> dict[str, int]:
    """Return the number of rows that the manifest says of each feed; raise SourceError for a feed that has another.

    `files` are the files of each feed.
    """
    wanted = {feed: of_it.rows for feed, of_it in said.feeds.items() if of_it.rows is not None}
    for feed, count in wanted.items():
        if rows.get(feed) != count:
            of = sorted(files.get(feed, ()))
            what = of[0] if len(of) == 1 else f"{feed} ({len(of)} files)" if of else feed
            raise SourceError(f"{what} has {_counted(rows.get(feed, 0))} where {said.name} says {count:,}; {_CURE}.")
    return wanted


def _counted(rows: int) -> str:
    return f"{rows:,} {'row' if rows == 1 else 'rows'}"


def complete_feeds(
    said: Manifest, declared: Collection[str], files: Mapping[str, Collection[str]], *, mapped: bool
) -> frozenset[str]:
    """Return the feeds that the manifest or somebody declares complete.

    `files` are the files that each feed comes from. Raises SourceError for a feed that cannot be complete, or of which
    the manifest does not say how much there is: what was cut short would look as if the rest were gone.
    """
    wanted = {*declared, *(feed for feed, of_it in said.feeds.items() if of_it.complete)}
    for feed in sorted(wanted):
        if feed not in BY_NAME:
            raise SourceError(f"{feed} is no feed, so it cannot be complete. Feeds: {', '.join(BY_NAME)}.")
        if not BY_NAME[feed].may_be_complete:
            how = "a judgement is undone by another" if feed == "judgements" else "an answer is withdrawn by a row"
            raise SourceError(f"{feed} cannot be complete, since {how}; leave out that it is.")
        if feed not in files:
            raise SourceError(f"{feed} is declared complete but not delivered; deliver it, or leave out that it is.")
        counted = mapped or (feed in said.feeds and said.feeds[feed].rows is not None)
        if not counted or not said.listed.keys() >= set(files[feed]):
            of = "the checksum of each delivered file" if mapped else "its rows and the checksum of each of its files"
            says = f"{feed} cannot be taken as complete, since no manifest says {of}"
            raise SourceError(f"{says}; `clew manifest FOLDER` writes one.")
    return frozenset(wanted)
