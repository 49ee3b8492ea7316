"""Logs as lines of JSON: what happened and how long it took, never who was asked about or what was found."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson


class Line(logging.Formatter):
    """One line of JSON for each record: its message and what its `told` names; of a traceback only the class."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "says": record.getMessage() if record.name.startswith(("clew", "uvicorn.error")) else "",
            **getattr(record, "told", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["fault"] = record.exc_info[0].__name__
        return orjson.dumps(told, default=str).decode()


def to_standard_error() -> None:
    """Write what the service logs to standard error; what others log only from warnings on, and without their words."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in ("clew", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.INFO)
