-- Where each crime took place, with the area.
SELECT
    took_place.":START_ID" AS crime,
    took_place.":END_ID" AS address_ref,
    area.areaCode AS neighbourhood
FROM crime_investigation_relationships_occurred_at AS took_place
LEFT JOIN crime_investigation_relationships_location_in_area AS lies
    ON lies.":START_ID" = took_place.":END_ID"
LEFT JOIN crime_investigation_nodes_area AS area ON area.":ID" = lies.":END_ID"
