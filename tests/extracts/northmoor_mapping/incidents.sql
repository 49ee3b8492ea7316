WITH unknown AS (
    SELECT OccurrenceNo, count(*) AS suspects
    FROM links
    WHERE Role = 'UNKN'
    GROUP BY OccurrenceNo
)
SELECT
    OccurrenceNo AS incident_ref,
    as_date(as_moment(ReportedDate, '%d/%m/%Y %H:%M'), '%d/%m/%Y') AS reported_at,
    as_date(as_moment(OccStartDate, '%d/%m/%Y %H:%M'), '%d/%m/%Y') AS occurred_from,
    OccType AS kind,
    CASE DAFlag WHEN 'Y' THEN 'yes' WHEN 'N' THEN 'no' ELSE DAFlag END AS domestic,
    Beat AS neighbourhood,
    unknown.suspects AS unknown_suspects,
    AddressRef AS address_ref,
    as_moment(Updated, '%d/%m/%Y %H:%M') AS recorded_at,
    _file,
    _row
FROM occurrences
LEFT JOIN unknown USING (OccurrenceNo)
