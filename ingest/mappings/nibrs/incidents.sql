-- The extract has one date an incident: when it happened or, flagged R, when it was reported. It stands for both, as
-- nothing else says when an incident was reported; only the first kind comes with an hour worth having.
WITH placeholders AS (
    SELECT INCIDENT_ID, count(*) AS unknown_suspects
    FROM nibrs_offender
    WHERE OFFENDER_SEQ_NUM = '0'
    GROUP BY INCIDENT_ID
)
SELECT
    incident.INCIDENT_ID AS incident_ref,
    as_date(incident.INCIDENT_DATE, '%d-%b-%y') AS reported_at,
    CASE
        WHEN incident.REPORT_DATE_FLAG IS NULL THEN
            as_date(incident.INCIDENT_DATE, '%d-%b-%y')
            || coalesce('T' || lpad(incident.INCIDENT_HOUR, 2, '0') || ':00', '')
    END AS occurred_from,
    concat_ws(' ', agency.PUB_AGENCY_NAME, agency.PUB_AGENCY_UNIT, '(' || agency.AGENCY_TYPE_NAME || ')')
        AS neighbourhood,
    placeholders.unknown_suspects,
    incident._file,
    incident._row
FROM nibrs_incident AS incident
LEFT JOIN placeholders USING (INCIDENT_ID)
LEFT JOIN agencies AS agency USING (AGENCY_ID, _folder)
