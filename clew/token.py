"""`clew token`: a token for trying the service out on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

EXAMPLE = "Example: clew token --role assessor --hours 2"


def token(
    role: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE", help="A role of the role mapping; may be given more than once [default: developer]."
        ),
    ] = None,
    hours: Annotated[int, typer.Option(min=1, max=24, help="For how long it is good.")] = 8,
) -> None:
    """Print a token that `clew serve --dev` takes, and nothing else does.

    It is signed by a key that is made in CLEW_HOME the first time. Send it as `Authorization: Bearer TOKEN`.
    """
    import time

    from api import developer
    from api.callers import caller
    from graph.reference.roles import roles
    from graph.settings import Settings

    settings = Settings.from_env()
    mapping = roles(settings.roles)
    wanted = role or [developer.ROLE]
    if not set(wanted) <= mapping.keys():
        raise typer.BadParameter(f"should be one of {', '.join(mapping)}", param_hint="--role")
    # Refused here rather than at the first request.
    caller(developer.ROLE, "developer", wanted, mapping)
    typer.echo(developer.sign(settings, wanted, now=time.time(), hours=hours))
