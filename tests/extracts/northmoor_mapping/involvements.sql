SELECT
    OccurrenceNo AS incident_ref,
    NominalRef AS person_ref,
    CASE Role
        WHEN 'SUSP' THEN 'suspect'
        WHEN 'VICT' THEN 'victim'
        WHEN 'WITN' THEN 'witness'
        WHEN 'CHLD' THEN 'child'
        WHEN 'INFT' THEN 'reported'
        ELSE Role
    END AS role,
    Age AS age,
    _file,
    _row
FROM links
WHERE Role NOT IN ('UNKN', 'OIC')
