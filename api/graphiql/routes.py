"""The page on which developers try the service: vendored, so that it asks nobody outside; only with `--dev`."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

HERE = Path(__file__).parent
_FILES = {"page.js": "text/javascript", "page.css": "text/css"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def routes() -> list[BaseRoute]:
    """Return where the page and what it needs are found."""
    return [
        Route("/graphiql", _page, methods=["GET"]),
        *(Route(f"/graphiql/{name}", _file, methods=["GET"]) for name in _FILES),
        Mount("/graphiql/vendor", StaticFiles(directory=HERE / "vendor")),
    ]


async def _page(_: Request) -> Response:
    return FileResponse(HERE / "page.html", headers=_HEADERS)


async def _file(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    return FileResponse(HERE / name, media_type=_FILES[name], headers=_HEADERS)
