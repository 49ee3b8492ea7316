SELECT ":START_ID" AS person_ref, ":END_ID" AS identifier_ref, _file, _row
FROM crime_investigation_relationships_has_phone
UNION ALL
SELECT ":START_ID", ":END_ID", _file, _row
FROM crime_investigation_relationships_has_email
