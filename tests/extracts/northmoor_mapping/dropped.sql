SELECT 'unknown suspects, who are counted on their incident and are no person' AS rule, count(*) AS rows
FROM links
WHERE Role = 'UNKN'
UNION ALL
SELECT 'officers in charge, as the feeds hold no staff', count(*)
FROM links
WHERE Role = 'OIC'
UNION ALL
SELECT 'ties that are not stated', count(*)
FROM ties
WHERE RelatedIs = 'NSTD'
