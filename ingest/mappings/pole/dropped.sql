SELECT 'officers, as the feeds hold no staff' AS rule, count(*) AS rows
FROM crime_investigation_nodes_officer
UNION ALL
SELECT 'who investigated which crime, as the feeds hold no staff', count(*)
FROM crime_investigation_relationships_investigated_by
UNION ALL
SELECT 'phone calls, as the feeds hold no calls; who knows whom by phone is a tie', count(*)
FROM crime_investigation_nodes_phonecall
UNION ALL
SELECT 'who made or took a phone call',
    (SELECT count(*) FROM crime_investigation_relationships_caller)
    + (SELECT count(*) FROM crime_investigation_relationships_called)
UNION ALL
SELECT 'ties of two who are said to know each other in another list too', count(*)
FROM _acquaintances
WHERE NOT first
UNION ALL
SELECT 'areas of postcodes, as each address has its own area', count(*)
FROM crime_investigation_relationships_postcode_in_area
UNION ALL
SELECT 'postcodes, and which location has which, as it is written on the location',
    (SELECT count(*) FROM crime_investigation_nodes_postcode)
    + (SELECT count(*) FROM crime_investigation_relationships_has_postcode)
