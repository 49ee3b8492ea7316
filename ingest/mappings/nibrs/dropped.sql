SELECT 'offenders of whom nothing is known (sequence 0), who are counted on their incident and are no person' AS rule,
    count(*) AS rows
FROM nibrs_offender
WHERE OFFENDER_SEQ_NUM IS NULL OR OFFENDER_SEQ_NUM = '0'
UNION ALL
SELECT 'victims that are no person, such as a business or society', count(*)
FROM nibrs_victim
WHERE VICTIM_ID NOT IN (SELECT VICTIM_ID FROM _persons)
UNION ALL
SELECT
    CASE code
        WHEN 'ST' THEN 'pairs of strangers (ST), which are no tie but say against whom'
        WHEN 'RU' THEN 'pairs of an unknown relationship (RU), which are no tie but say against whom'
        WHEN 'VO' THEN 'pairs in which the victim was an offender too (VO), which are no tie but say against whom'
    END,
    count(*)
FROM _ties
WHERE code IN ('ST', 'RU', 'VO')
GROUP BY code
UNION ALL
SELECT 'pairs of which one is no person',
    (SELECT count(*) FROM nibrs_victim_offender_rel) - (SELECT count(*) FROM _ties)
UNION ALL
SELECT 'victims of an offence that are no person, where others are and the offence names those', count(*)
FROM nibrs_victim_offense
WHERE VICTIM_ID NOT IN (SELECT VICTIM_ID FROM _persons)
    AND OFFENSE_ID IN (SELECT OFFENSE_ID FROM nibrs_victim_offense JOIN _persons USING (VICTIM_ID))
