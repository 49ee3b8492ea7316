-- A suspect is against the victims to whom the extract says what he is; where it says so of none, against whom is not
-- said. A pair that is no tie (strangers) still says against whom.
WITH against AS (
    SELECT suspect_ref, list(victim_ref ORDER BY victim_ref) AS against
    FROM _ties
    GROUP BY suspect_ref
)
SELECT INCIDENT_ID AS incident_ref, person_ref, 'victim' AS role, age, NULL AS against, _file, _row
FROM _persons
UNION ALL
SELECT INCIDENT_ID, person_ref, 'suspect', age, against.against, _file, _row
FROM _suspects
LEFT JOIN against ON against.suspect_ref = _suspects.person_ref
