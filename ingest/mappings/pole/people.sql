-- Keyed by ":ID" alone: two pairs of different people share a name, and one person has no nhs_no.
SELECT
    ":ID" AS person_ref,
    surname AS family_name,
    name AS given_names,
    _file,
    _row
FROM crime_investigation_nodes_person
