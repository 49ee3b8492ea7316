-- The extract does not say what a person was in a crime, so nobody is a suspect or a victim.
SELECT
    ":START_ID" AS person_ref,
    ":END_ID" AS incident_ref,
    'party' AS role,
    _file,
    _row
FROM crime_investigation_relationships_party_to
