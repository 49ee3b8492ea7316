SELECT
    NominalRef AS person_ref,
    Surname AS family_name,
    Forename AS given_names,
    Alias AS also_known_as,
    as_date(DOB, '%d/%m/%Y') AS born_on,
    CASE Sex WHEN 'F' THEN 'female' WHEN 'M' THEN 'male' WHEN 'U' THEN 'unknown' ELSE Sex END AS sex,
    as_moment(Updated, '%d/%m/%Y %H:%M') AS recorded_at,
    _file,
    _row
FROM nominals
