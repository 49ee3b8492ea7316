-- One crime, one offence: what was charged, where something was, else what kind of crime it is.
SELECT
    ":ID" AS offence_ref,
    ":ID" AS incident_ref,
    coalesce(charge, type) AS description,
    last_outcome AS outcome,
    _file,
    _row
FROM crime_investigation_nodes_crime
