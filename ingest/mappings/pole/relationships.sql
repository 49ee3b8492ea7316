-- PARENT runs from the parent: its two ends are each other's SIBLING in 51 of 52 cases.
SELECT
    ":START_ID" AS person_ref,
    ":END_ID" AS other_ref,
    CASE rel_type
        WHEN 'PARENT' THEN 'parent'
        WHEN 'SIBLING' THEN 'sibling'
        ELSE coalesce(rel_type, 'unlisted') -- one that nobody expected becomes a reject, not a gap
    END AS kind,
    _file,
    _row
FROM crime_investigation_relationships_family_rel
UNION ALL
SELECT ":START_ID", ":END_ID", 'lives_with', _file, _row
FROM crime_investigation_relationships_knows_lw
UNION ALL
SELECT one, other, 'knows', _file, _row
FROM _acquaintances
WHERE first
