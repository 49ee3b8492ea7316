SELECT
    OccurrenceNo AS offence_ref,
    OccurrenceNo AS incident_ref,
    HOCode AS code,
    OccType AS description,
    as_moment(Updated, '%d/%m/%Y %H:%M') AS recorded_at,
    _file,
    _row
FROM occurrences
WHERE HOCode IS NOT NULL
