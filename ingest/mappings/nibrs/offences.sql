-- An offence is against its victims that are persons. One that is against none (a shop, society) names those victims
-- as the extract does: they are nobody in the graph, and so it is not taken to be against every victim of the incident.
WITH victims AS (
    SELECT
        link.OFFENSE_ID,
        list('V' || link.VICTIM_ID ORDER BY link.VICTIM_ID) AS everyone,
        list('V' || link.VICTIM_ID ORDER BY link.VICTIM_ID) FILTER (person.VICTIM_ID IS NOT NULL) AS persons
    FROM nibrs_victim_offense AS link
    LEFT JOIN _persons AS person USING (VICTIM_ID)
    GROUP BY link.OFFENSE_ID
)
SELECT
    offence.OFFENSE_ID AS offence_ref,
    offence.INCIDENT_ID AS incident_ref,
    kind.OFFENSE_CODE AS code,
    kind.OFFENSE_NAME || CASE WHEN offence.ATTEMPT_COMPLETE_FLAG = 'A' THEN ' (attempted)' ELSE '' END AS description,
    CASE WHEN cleared.CLEARED_EXCEPT_CODE <> 'N' THEN cleared.CLEARED_EXCEPT_NAME END AS outcome,
    coalesce(victims.persons, victims.everyone) AS against,
    offence._file,
    offence._row
FROM nibrs_offense AS offence
LEFT JOIN nibrs_offense_type AS kind USING (OFFENSE_TYPE_ID, _folder)
LEFT JOIN victims USING (OFFENSE_ID)
LEFT JOIN nibrs_incident AS incident USING (INCIDENT_ID, _folder)
LEFT JOIN nibrs_cleared_except AS cleared USING (CLEARED_EXCEPT_ID, _folder)
