-- Victims that are persons: individuals and law enforcement officers. All others (a business, a bank, society) are
-- counted by dropped.sql. Each year's folder has its own code lists, so they are joined within the folder.
SELECT
    'V' || victim.VICTIM_ID AS person_ref,
    victim.VICTIM_ID,
    victim.INCIDENT_ID,
    victim.SEX_CODE,
    CASE
        WHEN age.AGE_CODE IN ('NN', 'NB', 'BB') THEN '0' -- under one year, in hours or days
        WHEN age.AGE_CODE = '99' THEN '99'               -- over 98
        ELSE victim.AGE_NUM
    END AS age,
    victim._file,
    victim._row
FROM nibrs_victim AS victim
LEFT JOIN nibrs_victim_type AS kind USING (VICTIM_TYPE_ID, _folder)
LEFT JOIN nibrs_age AS age USING (AGE_ID, _folder)
WHERE kind.VICTIM_TYPE_CODE IN ('I', 'L')
