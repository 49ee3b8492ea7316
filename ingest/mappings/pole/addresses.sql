-- A location with its postcode, which stands on it, and its own area; the area of a postcode says less.
SELECT
    location.":ID" AS address_ref,
    location.address AS line,
    location.postcode,
    area.areaCode AS neighbourhood,
    location._file,
    location._row
FROM crime_investigation_nodes_location AS location
LEFT JOIN crime_investigation_relationships_location_in_area AS lies ON lies.":START_ID" = location.":ID"
LEFT JOIN crime_investigation_nodes_area AS area ON area.":ID" = lies.":END_ID"
