"""The command: finds the subcommand, and turns what Clew refuses into one sentence and an exit status."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer

from clew import (
    audit,
    backtest,
    derive,
    docs,
    down,
    evaluate,
    key,
    load,
    manifest,
    queries,
    query,
    serve,
    status,
    synthesise,
    token,
    up,
)
from graph.errors import ClewError

_INTERRUPTED = 130
_TOO_LITTLE_MEMORY = (
    "clew: There is too little memory for this: free some, or raise the limit that this process has, "
    "and run the same command again."
)

app = typer.Typer(
    name="clew",
    no_args_is_help=True,
    add_completion=False,
    # Plain help and plain tracebacks: a pretty traceback would show values.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"clew {version('clew')}")
        raise typer.Exit


@app.callback(epilog="Example: clew --help")
def clew(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it and exit.")] = (
        False
    ),
) -> None:
    """Relationship intelligence for domestic abuse threat assessment.

    Begin with `clew up`; then `clew synthesise FOLDER`, or a delivery of your own, and `clew load FOLDER`; then ask:
    `clew queries` lists what may be asked.
    """


app.command("up", epilog=up.EXAMPLE)(up.up)
app.command("down", epilog=down.EXAMPLE)(down.down)
app.command("status", epilog=status.EXAMPLE)(status.status)
app.command("manifest", epilog=manifest.EXAMPLE)(manifest.manifest)
app.command("load", epilog=load.EXAMPLE)(load.load)
app.command("derive", epilog=derive.EXAMPLE)(derive.derive)
app.command("queries", epilog=queries.EXAMPLE)(queries.queries)
app.command("query", context_settings=query.PASSES_ON, add_help_option=False)(query.query)
app.command("serve", epilog=serve.EXAMPLE)(serve.serve)
app.command("token", epilog=token.EXAMPLE)(token.token)
app.command("key", context_settings=query.PASSES_ON, add_help_option=False)(key.key)
app.command("audit", context_settings=query.PASSES_ON, add_help_option=False)(audit.audit)
app.command("synthesise", epilog=synthesise.EXAMPLE)(synthesise.synthesise)
app.command("evaluate", epilog=evaluate.EXAMPLE)(evaluate.evaluate)
app.command("backtest", epilog=backtest.EXAMPLE)(backtest.backtest)
app.command("docs", epilog=docs.EXAMPLE)(docs.docs)


def main() -> int:
    """Run the command and return its exit status: 0, 1 for refused or failed, 2 for wrong usage."""
    # What the driver logs while it tries again is said once, in our own sentence, if it gives up.
    logging.getLogger("neo4j").addHandler(logging.NullHandler())
    with _interruptions() as interrupted:
        return _run(interrupted)


def _run(interrupted: list[int]) -> int:
    try:
        app()
        return 0
    except ClewError as refused:
        if interrupted:
            return _stopped()
        print(f"clew: {refused}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _stopped()
    except MemoryError:
        # Said below, once the failure no longer holds on to what it failed with.
        pass
    except SystemExit as end:
        return _stopped() if end.code == _INTERRUPTED else int(end.code or 0)
    print(_TOO_LITTLE_MEMORY, file=sys.stderr)
    return 1


@contextmanager
def _interruptions() -> Iterator[list[int]]:
    """Note each interruption: one that comes within the driver can end as a failure to connect."""
    noted: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        noted.append(number)
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield noted
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


def _stopped() -> int:
    print("Stopped; run it again to go on.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
