SELECT
    WarnRef AS marker_ref,
    NominalRef AS person_ref,
    CASE Type
        WHEN 'BAIL' THEN 'bail'
        WHEN 'VIOL' THEN 'warning'
        WHEN 'HBV' THEN 'honour'
        WHEN 'NMO' THEN 'order'
        ELSE Type
    END AS kind,
    as_date("Start", '%d/%m/%Y') AS from_on,
    as_date("End", '%d/%m/%Y') AS until_on,
    _file,
    _row
FROM warnings
