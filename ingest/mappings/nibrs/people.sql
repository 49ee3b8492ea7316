-- Nobody is recorded twice: the extract numbers people anew in each incident, and gives no names.
WITH everyone AS (
    SELECT person_ref, SEX_CODE, _file, _row FROM _persons
    UNION ALL
    SELECT person_ref, SEX_CODE, _file, _row FROM _suspects
)
SELECT
    person_ref,
    CASE SEX_CODE
        WHEN 'F' THEN 'female'
        WHEN 'M' THEN 'male'
        WHEN 'U' THEN 'unknown'
        ELSE SEX_CODE -- a code that nobody expected becomes a reject, not a gap
    END AS sex,
    _file,
    _row
FROM everyone
