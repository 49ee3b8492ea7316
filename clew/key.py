"""`clew key`: the keys by which other applications ask."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from clew.query import Format

EXAMPLE = "Example: clew key list"


def key(context: typer.Context) -> None:
    """Add, list and revoke the keys by which other applications ask."""
    width = {} if context.terminal_width is None else {"terminal_width": context.terminal_width}
    commands()(args=context.args or ["--help"], prog_name="clew key", **width)


def commands() -> typer.Typer:
    """Return the commands on keys."""
    app = typer.Typer(
        help=key.__doc__,
        epilog=EXAMPLE,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.command("add", epilog='Example: clew key add case-management --owner "Case systems team"')(add)
    app.command("list", epilog=EXAMPLE)(list_keys)
    app.command("revoke", epilog="Example: clew key revoke abcdefgh2345")(revoke)
    return app


def add(
    name: Annotated[str, typer.Argument(help="What the application is called, in a-z, 0-9 and . _ -")],
    owner: Annotated[str, typer.Option(metavar="TEXT", help="Who answers for it.")],
    role: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE", help="A role of the role mapping; may be given more than once [default: application]."
        ),
    ] = None,
    document: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="A trusted document that it may send; not given: any trusted one."),
    ] = None,
    free_form: Annotated[
        bool, typer.Option("--free-form", help="It may also send what is not trusted, if its roles may.")
    ] = False,
    days: Annotated[int, typer.Option(min=1, max=366, help="For how many days it is good.")] = 365,
) -> None:
    """Make a key and print it, this once: only a hash of it is kept."""
    from api import keys
    from graph.reference.roles import roles
    from graph.settings import Settings

    settings = Settings.from_env()
    text, made = keys.add(
        settings,
        roles(settings.roles),
        name=name,
        owner=owner,
        roles=role or ["application"],
        documents=document,
        free_form=free_form,
        days=days,
        today=datetime.now(settings.time_zone).date(),
    )
    typer.echo(text)
    typer.echo(
        f"This is shown only now: put it where the application keeps its secrets. Its id is {made.key_id}, and it is "
        f"good until {made.expires_on}.",
        err=True,
    )


def list_keys(
    how: Annotated[Format, typer.Option("--format", help="How the list is written.")] = Format.TABLE,
) -> None:
    """List the keys: what each is for and held to, never the key itself."""
    import json
    import sys

    from api import keys
    from clew import output
    from graph.settings import Settings

    settings = Settings.from_env()
    today = datetime.now(settings.time_zone).date()
    rows = [
        {
            "id": each.key_id,
            "name": each.name,
            "owner": each.owner,
            "roles": list(each.roles),
            "documents": None if each.documents is None else list(each.documents),
            "free_form": each.free_form,
            "created_on": each.created_on.isoformat(),
            "expires_on": each.expires_on.isoformat(),
            "state": "revoked" if each.revoked_at else "expired" if today > each.expires_on else "good",
        }
        for each in keys.read(keys.place(settings)).values()
    ]
    columns = ["id", "name", "owner", "roles", "documents", "free_form", "created_on", "expires_on", "state"]
    if how is Format.JSON:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif how is Format.CSV:
        output.write_csv(sys.stdout, columns, rows)
    elif rows:
        output.print_rows(columns, rows)
    else:
        typer.echo("There are no keys; `clew key add NAME --owner TEXT` makes one.")


def revoke(key_id: Annotated[str, typer.Argument(metavar="ID", help="Its id, as `clew key list` says.")]) -> None:
    """Take a key back: within about a second no service takes it any more."""
    from api import keys
    from graph.settings import Settings

    revoked = keys.revoke(Settings.from_env(), key_id, datetime.now(UTC))
    typer.echo(f"The key of {revoked.name} with the id {revoked.key_id} is revoked.")
