-- Three lists say who knows whom: in general, by a social network, by phone. They overlap, and knowing goes both ways,
-- so the same two are one tie, from the first list that has them; dropped.sql counts the rest.
WITH lists AS (
    SELECT 1 AS list, ":START_ID" AS one, ":END_ID" AS other, _file, _row
    FROM crime_investigation_relationships_knows
    UNION ALL
    SELECT 2, ":START_ID", ":END_ID", _file, _row
    FROM crime_investigation_relationships_knows_sn
    UNION ALL
    SELECT 3, ":START_ID", ":END_ID", _file, _row
    FROM crime_investigation_relationships_knows_phone
)
SELECT
    *,
    row_number() OVER (PARTITION BY least(one, other), greatest(one, other) ORDER BY list, _file, _row) = 1 AS first
FROM lists
