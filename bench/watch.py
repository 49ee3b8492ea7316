"""Watches how much memory and processor time a process, its children and the programs of Neo4j take."""

from __future__ import annotations

import os
import threading
from pathlib import Path

EVERY = 0.2
"""Seconds between two looks."""

_PROCESSES = Path("/proc")


class Watch:
    """Looks again and again while the `with` lasts; afterwards it knows the most memory and the processor time taken.

    `peaks` is in MiB, `processor` in seconds, both by who took it: `python`, `server`, `importer`. Python's memory is
    what the process and its children that run Python had at one time; the kernel itself keeps the most that each Java
    ever had.
    """

    def __init__(self, process: int, home: Path) -> None:
        self._process, self._home = process, str(home)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_again, daemon=True)
        self._ticks: dict[tuple[str, int], int] = {}
        self._before: dict[tuple[str, int], int] = {}
        self.peaks: dict[str, int] = {}

    def __enter__(self) -> Watch:
        self._look()
        # What a server did before is not this stage's.
        self._before = {who: ticks for who, ticks in self._ticks.items() if who[0] != "python"}
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    @property
    def processor(self) -> dict[str, float]:
        """Return the seconds of processor time."""
        seconds: dict[str, float] = {}
        for who, ticks in self._ticks.items():
            took = (ticks - self._before.get(who, 0)) / os.sysconf("SC_CLK_TCK")
            seconds[who[0]] = round(seconds.get(who[0], 0.0) + took, 2)
        return seconds

    def _look_again(self) -> None:
        while not self._over.wait(EVERY):
            self._look()

    def _look(self) -> None:
        python: dict[int, int] = {}
        parents: dict[int, int] = {}
        ticks: dict[int, int] = {}
        for folder in _PROCESSES.glob("[0-9]*"):
            status = _status(folder)
            if "VmRSS" not in status:
                continue
            command, process = _command(folder), int(folder.name)
            parents[process], ticks[process] = int(status["PPid"]), _ticks(folder)
            if Path(command[0]).name != "java":
                python[process] = _kibibytes(status["VmRSS"])
            elif any(self._home in word for word in command):
                who = "importer" if any("AdminTool" in word for word in command) else "server"
                self.peaks[who] = max(self.peaks.get(who, 0), _kibibytes(status["VmHWM"]) >> 10)
                self._ticks[who, process] = ticks[process]
        ours = [process for process in python if _descends(process, self._process, parents)]
        self.peaks["python"] = max(self.peaks.get("python", 0), sum(python[process] for process in ours) >> 10)
        self._ticks |= {("python", process): ticks[process] for process in ours}


def _status(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / "status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    return dict(line.split(":", 1) for line in lines if ":" in line)


def _command(folder: Path) -> list[str]:
    try:
        return (folder / "cmdline").read_text("utf-8", "replace").split("\0")
    except OSError:
        return [""]


def _ticks(folder: Path) -> int:
    """Return the processor time that a process has taken; the name before it may hold anything but a last bracket."""
    try:
        fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _kibibytes(size: str) -> int:
    return int(size.split(maxsplit=1)[0])


def _descends(process: int, ancestor: int, parents: dict[int, int]) -> bool:
    seen: set[int] = set()
    while process in parents and process not in seen:
        if process == ancestor:
            return True
        seen.add(process)
        process = parents[process]
    return False
