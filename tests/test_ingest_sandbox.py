"""What a mapping may do: read the delivered files and nothing else; errors say where and repeat no value."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extract import Extract


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    return Extract(tmp_path)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT Id AS person_ref,\n    DOBB AS born_on\nFROM who", r'm/people.sql:2: .*"DOBB" not found.* "DOB"\.'),
        (
            "SELECT Id AS person_ref\nFROM\n  whom",
            r"m/people.sql:3: no file delivered.* called whom; delivered are who\.",
        ),
        ("SELECT Id AS person_ref\nFRO who", "m/people.sql:2: syntax error"),
        ("SELECT Id AS person_ref,\n  foo(Id) AS sex FROM who", "m/people.sql:2: Scalar Function with name foo"),
        (
            "SELECT Id AS person_ref,\n\n  DOB::DATE AS born_on FROM who",
            "m/people.sql:3: a value cannot be read as date;",
        ),
        (
            "SELECT Id AS person_ref,\n  Name::INTEGER AS sex FROM who",
            "m/people.sql:2: a value cannot be read as int32;",
        ),
        (
            "SELECT\n  Id AS person_ref,\n  strptime(DOB, '%d/%m/%Y')::DATE\n    AS born_on\nFROM who",
            "m/people.sql:4: a value of born_on cannot be read",
        ),
        ("SELECT Id AS person_ref, error('Ashdown') AS sex FROM who", "m/people.sql:1: a value of sex cannot be read"),
        ("-- who\nSELECT Id AS person_ref,\n  Name AS name FROM who", "m/people.sql:3: name is no column of people"),
        ("SELECT Name AS family_name FROM who", "m/people.sql:1: gives no column person_ref, which people needs"),
        (
            "SELECT Id AS person_ref,\n 1.5 AS born_on FROM who",
            r"m/people.sql:2: born_on is DECIMAL\(2,1\), where VARCHAR or DATE",
        ),
        ("SELECT Id AS person_ref,\n true AS sex FROM who", "m/people.sql:2: sex is BOOLEAN, where VARCHAR is needed"),
        (
            "SELECT Id AS person_ref,\n ['a;b'] AS also_known_as FROM who",
            "m/people.sql:2: an element of also_known_as holds a",
        ),
        ("SELECT 1 AS person_ref; SELECT 2 AS person_ref", "m/people.sql:1: .* is one SELECT; this one has 2"),
        ("-- nothing", "m/people.sql:1: .* is one SELECT; this one has 0"),
        ("-- in\nCOPY who TO 'x.csv'", "m/people.sql:2: a mapping only reads"),
        (
            "SELECT Id AS person_ref,\n _file, _row FROM who, (VALUES (1), (2))",
            "m/people.sql:2: several rows of people come",
        ),
        ("SELECT Id AS person_ref, _file,\n NULL::INT AS _row FROM who", "m/people.sql:2: several rows of people come"),
        ("SELECT Id AS person_ref, _row FROM who", "m/people.sql:1: give both _file and _row"),
        ("SELECT Id AS person_ref, _file, Id AS _row FROM who", "m/people.sql:1: give both _file and _row"),
    ],
)
def test_a_wrong_mapping_says_in_which_file_and_line(extract: Extract, sql: str, says: str) -> None:
    refused = extract.refused(people=sql)
    assert re.match(says, refused), refused


def test_an_error_in_a_shared_file_names_that_file(extract: Extract) -> None:
    refused = extract.refused(_all="SELECT *,\n DOB::DATE AS day FROM who", people="SELECT Id AS person_ref FROM _all")
    assert refused.startswith("m/_all.sql:2: a value cannot be read as date")


def test_no_error_repeats_a_value(extract: Extract) -> None:
    for sql in ("Name::INTEGER", "DOB::DATE", "error(Name)", "strptime(DOB, '%Y')", "Name::DOUBLE", "Name::UUID"):
        refused = extract.refused(people="SELECT Id AS person_ref, $ AS sex FROM who".replace("$", sql))
        assert not re.search("Ashdown|Price|1984|1986", refused), refused


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM sniff_csv('/etc/hostname')",
        "SELECT * FROM read_parquet('https://example.org/x.parquet')",
        "SELECT * FROM '/etc/hostname'",
        "SELECT * FROM a_python_variable",
        "ATTACH '/etc/hostname' AS other",
        "COPY who TO '/dev/null'",
        "COPY (SELECT 1) TO '/dev/null'",
        "EXPORT DATABASE '/dev/null'",
        "INSTALL spatial",
        "LOAD spatial",
        "SET enable_external_access = true",
        "PRAGMA memory_limit = '1TB'",
        "CREATE TABLE more AS SELECT 1",
        "DROP TABLE who",
        "INSERT INTO who VALUES (1)",
        "CALL pragma_version()",
    ],
)
def test_a_mapping_sees_the_delivered_files_and_nothing_else(extract: Extract, sql: str) -> None:
    a_python_variable = [1]
    assert re.match(r"m/people.sql:1: (a mapping|no file delivered)", extract.refused(people=sql)), a_python_variable


@pytest.mark.parametrize(
    "sql", ["now()", "current_date", "current_timestamp", "today()", "random()", "uuid()", "get_current_timestamp ()"]
)
def test_a_mapping_does_not_ask_the_clock_or_chance(extract: Extract, sql: str) -> None:
    refused = extract.refused(
        people="SELECT Id AS person_ref, -- now()\n 'now()' || $ AS sex FROM who".replace("$", sql)
    )
    assert re.match("m/people.sql:2: .* gives something else each time", refused)
