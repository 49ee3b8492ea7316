-- The extract has one date a crime, without a time; it has no flag for domestic abuse.
SELECT
    crime.":ID" AS incident_ref,
    as_date(crime.date, '%d/%m/%Y') AS reported_at,
    crime.type AS kind,
    place.neighbourhood,
    place.address_ref,
    crime._file,
    crime._row
FROM crime_investigation_nodes_crime AS crime
LEFT JOIN _places AS place ON place.crime = crime.":ID"
