SELECT
    DASH_DocRef AS assessment_ref,
    'dash' AS instrument,
    '2009' AS version,
    as_date(as_moment(Completed, '%d/%m/%Y %H:%M'), '%d/%m/%Y') AS assessed_at,
    CASE Grade WHEN 'S' THEN 'standard' WHEN 'M' THEN 'medium' WHEN 'H' THEN 'high' ELSE Grade END AS grade,
    SuspectRef AS suspect_ref,
    VictimRef AS victim_ref,
    OccurrenceNo AS incident_ref,
    _file,
    _row
FROM dash
