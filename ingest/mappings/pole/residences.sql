SELECT ":START_ID" AS person_ref, ":END_ID" AS address_ref, _file, _row
FROM crime_investigation_relationships_current_address
