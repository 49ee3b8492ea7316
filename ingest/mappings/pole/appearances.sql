-- All of them: most start at a vehicle, a few at an object.
SELECT ":START_ID" AS identifier_ref, ":END_ID" AS incident_ref, _file, _row
FROM crime_investigation_relationships_involved_in
