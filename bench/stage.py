"""Runs one stage in a process of its own: `python -m bench.stage NAME SIZE SEED HOME FILE`; its figures go to FILE."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from bench.place import Place
from bench.stages import STAGES
from graph.errors import ClewError


def main() -> int:
    """Run the stage that is named, write its figures or why it failed, and return 1 if it did."""
    name, size, seed, home, file = sys.argv[1:]
    place = Place(size=size, seed=int(seed), home=Path(home))
    began = time.perf_counter()
    try:
        figures = STAGES[name](place)
    except (ClewError, ModuleNotFoundError) as failed:
        # What is refused, and what is not there, in one sentence; anything else with its traceback as well.
        Path(file).write_text(json.dumps({"failed": f"{type(failed).__name__}: {failed}"}), "utf-8")
        return 1
    except Exception as failed:
        Path(file).write_text(json.dumps({"failed": f"{type(failed).__name__}: {failed}"}), "utf-8")
        raise
    figures["process_seconds"] = time.perf_counter() - began
    Path(file).write_text(json.dumps(figures), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
