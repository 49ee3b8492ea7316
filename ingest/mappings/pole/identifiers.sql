SELECT ":ID" AS identifier_ref, 'phone' AS kind, phoneNo AS value, NULL AS description, _file, _row
FROM crime_investigation_nodes_phone
UNION ALL
SELECT ":ID", 'email', email_address, NULL, _file, _row
FROM crime_investigation_nodes_email
UNION ALL
SELECT ":ID", 'vehicle', reg, concat_ws(' ', year, make, model), _file, _row
FROM crime_investigation_nodes_vehicle
UNION ALL
SELECT ":ID", 'object', id, concat_ws(': ', type, description), _file, _row
FROM crime_investigation_nodes_object
