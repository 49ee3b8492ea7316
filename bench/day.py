"""Parts the latest delivery in two: the answers that earlier forms still lacked, and the records of a day."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from bench.place import LATEST, Place


def answers_of_before(place: Place) -> Path:
    """Write the answers of forms that an earlier delivery brought, and return the folder."""
    answers, own = _answers(place)
    folder = _folder(place, "answers")
    pacsv.write_csv(answers.filter(pc.call_function("invert", [own])), folder / "answers.csv")
    return folder


def day(place: Place) -> Path:
    """Write all other records of the latest delivery, and return the folder."""
    answers, own = _answers(place)
    folder = _folder(place, "day")
    for file in (place.force / LATEST).glob("*.csv"):
        if file.name != "answers.csv":
            shutil.copy(file, folder)
    pacsv.write_csv(answers.filter(own), folder / "answers.csv")
    return folder


def _answers(place: Place) -> tuple[pa.Table, pa.ChunkedArray]:
    """Return the answers of the latest delivery, and which are of forms that it brings itself."""
    answers, forms = (_texts(place.force / LATEST / f"{feed}.csv") for feed in ("answers", "assessments"))
    own, mine = (
        pc.call_function("binary_join_element_wise", [table["source"], table["assessment_ref"], pa.scalar(":")])
        for table in (forms, answers)
    )
    return answers, pc.call_function("is_in", [mine], pc.SetLookupOptions(own))


def _texts(file: Path) -> pa.Table:
    with file.open("rb") as opened:
        names = opened.readline().decode().strip().split(",")
    return pacsv.read_csv(file, convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())))


def _folder(place: Place, name: str) -> Path:
    """Return an empty folder with a manifest like that of the latest delivery, but for its id."""
    said = json.loads((place.force / LATEST / "manifest.json").read_text("utf-8"))
    folder = place.home / "day" / f"{place.size}-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    kept = {key: said[key] for key in ("kind", "source", "received_at")}
    text = json.dumps({"delivery_id": f"{said['delivery_id']}-{name}", **kept})
    (folder / "manifest.json").write_text(text, "utf-8")
    return folder
