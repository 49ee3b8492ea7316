"""`clew serve`: GraphQL for other applications and for people, until it is stopped."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from graph.settings import Settings

EXAMPLE = "Example: clew serve --dev"


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the service.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
    metrics_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the figures for Prometheus, on this machine only; 0: none.")
    ] = 0,
    dev: Annotated[
        bool,
        typer.Option(
            "--dev", help="To try it out, on this machine only: tokens of `clew token`, and the page /graphiql."
        ),
    ] = False,
    tls_cert: Annotated[Path | None, typer.Option(metavar="FILE", help="Certificate, to serve TLS.")] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Key of the certificate.")] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy in front of it ends TLS and is the only one to reach it.")
    ] = False,
) -> None:
    """Serve GraphQL at /graphql, /healthz and /readyz, until it is stopped."""
    from api.serving import Listening, serve_until_stopped
    from clew.database import found
    from graph.errors import SettingsError
    from graph.settings import Settings

    if (tls_cert is None) != (tls_key is None):
        raise typer.BadParameter("--tls-cert and --tls-key go together.")
    if not _is_loopback(host):
        if dev:
            raise SettingsError(f"--dev is for this machine only; {host} can be reached by others. Leave out --host.")
        if tls_cert is None and not behind_proxy:
            raise SettingsError(
                f"{host} can be reached by others, and tokens would go there for all to read: give --tls-cert and "
                "--tls-key, or --behind-proxy if a proxy ends TLS."
            )
    settings = Settings.from_env()
    address = found(settings)
    if dev:
        _say_how_to_try(settings, f"http://{host}:{port}")
    serve_until_stopped(
        settings,
        address,
        Listening(
            host=host,
            port=port,
            workers=workers,
            metrics_port=metrics_port or None,
            dev=dev,
            tls_cert=tls_cert,
            tls_key=tls_key,
            behind_proxy=behind_proxy,
        ),
    )


def _say_how_to_try(settings: Settings, url: str) -> None:
    import time

    from api import developer

    token = developer.sign(settings, [developer.ROLE], now=time.time(), hours=8)
    typer.echo(
        "To try it out, for 8 hours; the page opens with a token behind the #, which no server sees:\n"
        f"  {url}/graphiql#token={token}\n"
        "Or by curl:\n"
        f"  curl {url}/graphql -H 'Content-Type: application/json' \\\n"
        '    -H "Authorization: Bearer $(clew token)" \\\n'
        """    -d '{"query": "{ threatList(first: 3) { nodes { dyadId score band } about { asOf caution } } }"}'"""
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
