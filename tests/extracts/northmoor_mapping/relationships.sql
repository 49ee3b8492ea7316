-- The extract says what the second is to the first, so the second comes first here.
SELECT
    RelatedRef AS person_ref,
    NominalRef AS other_ref,
    CASE RelatedIs
        WHEN 'WIFE' THEN 'partner'
        WHEN 'HUSB' THEN 'partner'
        WHEN 'XPRT' THEN 'ex_partner'
        WHEN 'SON' THEN 'child'
        WHEN 'DAU' THEN 'child'
        WHEN 'FRND' THEN 'friend'
        ELSE RelatedIs
    END AS kind,
    as_date("From", '%d/%m/%Y') AS from_on,
    as_date("To", '%d/%m/%Y') AS until_on,
    _file,
    _row
FROM ties
WHERE RelatedIs <> 'NSTD'
