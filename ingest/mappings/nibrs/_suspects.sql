-- Offenders with a sequence number. Sequence 0 says that nothing is known of who did it, not even how many: such a row
-- is a placeholder, counted on its incident and by dropped.sql, and never a person.
SELECT
    'O' || offender.OFFENDER_ID AS person_ref,
    offender.OFFENDER_ID,
    offender.INCIDENT_ID,
    offender.SEX_CODE,
    CASE
        WHEN age.AGE_CODE IN ('NN', 'NB', 'BB') THEN '0'
        WHEN age.AGE_CODE = '99' THEN '99'
        ELSE offender.AGE_NUM
    END AS age,
    offender._file,
    offender._row
FROM nibrs_offender AS offender
LEFT JOIN nibrs_age AS age USING (AGE_ID, _folder)
WHERE offender.OFFENDER_SEQ_NUM <> '0'
