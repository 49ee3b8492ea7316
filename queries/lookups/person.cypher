// purpose: What is recorded of a person, one row a record, with addresses, identifiers and markers.
// caution: Records are joined only where somebody judged them the same; a place that is withheld exists and is not shown.
// param person_id: str -- The person, or any record of the person.
// param limit: int = 100 -- Rows at most.
// column person_id: str -- The person.
// column nominal_id: str -- The record.
// column source: str -- System that delivered it.
// column source_ref: str -- The source's own id of the record.
// column family_name: str | None -- Family name as recorded.
// column given_names: str | None -- Given names as recorded.
// column also_known_as: list[str] -- Other names as recorded.
// column born_on: date | None -- Date of birth.
// column sex: str | None -- Sex as recorded.
// column addresses: list[str] -- Where the person lives or lived, latest first, with the days.
// column withheld_addresses: int -- Addresses that exist and may not be shown: protected places.
// column identifiers: list[str] -- Phones, vehicles and other things used.
// column schools: list[str] -- Schools attended.
// column markers: list[str] -- Warnings and states, with the days.
// column ties: list[str] -- What others are to this person.
CALL () {
  MATCH (person:Person {person_id: $person_id})
  RETURN person
UNION
  MATCH (asked:Nominal {nominal_id: $person_id})-[:IS]->(person:Person)
  WHERE (asked.restricted_to IS NULL OR any(g IN asked.restricted_to WHERE g IN $groups))
  RETURN person
}
MATCH (person)<-[:IS]-(record:Nominal)
WHERE (record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups))
RETURN person.person_id AS person_id, record.nominal_id AS nominal_id, record.source AS source,
       record.source_ref AS source_ref, record.family_name AS family_name, record.given_names AS given_names,
       coalesce(record.also_known_as, []) AS also_known_as, record.born_on AS born_on, record.sex AS sex,
       COLLECT {
         MATCH (record)-[stay:LIVES_AT]->(place:Address)
         WHERE (stay.restricted_to IS NULL OR any(g IN stay.restricted_to WHERE g IN $groups))
           AND (place.restricted_to IS NULL OR any(g IN place.restricted_to WHERE g IN $groups))
           AND NOT coalesce(place.protected, false)
         RETURN trim(coalesce(place.line, '') + ' ' + coalesce(place.postcode, '')) + ' (' + coalesce(toString(stay.from_on), '?')
           + ' to ' + coalesce(toString(stay.until_on), '?') + ')' AS said
         ORDER BY coalesce(stay.from_on, date('0001-01-01')) DESC, place.address_id, stay.residence_id
       } AS addresses,
       COUNT {
         MATCH (record)-[refuge_stay:LIVES_AT]->(refuge:Address {protected: true})
         WHERE (refuge_stay.restricted_to IS NULL OR any(g IN refuge_stay.restricted_to WHERE g IN $groups))
           AND (refuge.restricted_to IS NULL OR any(g IN refuge.restricted_to WHERE g IN $groups))
       } AS withheld_addresses,
       COLLECT {
         MATCH (record)-[use:USES]->(thing:Identifier)
         WHERE (use.restricted_to IS NULL OR any(g IN use.restricted_to WHERE g IN $groups))
           AND (thing.restricted_to IS NULL OR any(g IN thing.restricted_to WHERE g IN $groups))
         RETURN thing.kind + ' ' + coalesce(thing.value, thing.description, thing.source_ref) AS said
         ORDER BY said, use.use_id
       } AS identifiers,
       COLLECT {
         MATCH (record)-[attendance:ATTENDS]->(school:School)
         WHERE (attendance.restricted_to IS NULL OR any(g IN attendance.restricted_to WHERE g IN $groups))
           AND (school.restricted_to IS NULL OR any(g IN school.restricted_to WHERE g IN $groups))
         RETURN coalesce(school.name, school.source_ref) AS said
         ORDER BY said, attendance.attendance_id
       } AS schools,
       COLLECT {
         MATCH (record)-[:HAS]->(marker:Marker)
         WHERE (marker.restricted_to IS NULL OR any(g IN marker.restricted_to WHERE g IN $groups))
         RETURN marker.kind + ' (' + coalesce(toString(marker.from_on), '?') + ' to '
           + coalesce(toString(marker.until_on), '?') + ')' AS said
         ORDER BY said, marker.marker_id
       } AS markers,
       COLLECT {
         MATCH (record)<-[tie:RELATED_TO]-(relative:Nominal)-[:IS]->(other:Person)
         WHERE (tie.restricted_to IS NULL OR any(g IN tie.restricted_to WHERE g IN $groups))
           AND (relative.restricted_to IS NULL OR any(g IN relative.restricted_to WHERE g IN $groups))
         RETURN tie.kind + ' ' + other.person_id AS said
         ORDER BY said, tie.tie_id
       } + COLLECT {
         MATCH (record)-[own_tie:RELATED_TO]->(own_relative:Nominal)-[:IS]->(own_other:Person)
         WHERE (own_tie.restricted_to IS NULL OR any(g IN own_tie.restricted_to WHERE g IN $groups))
           AND (own_relative.restricted_to IS NULL OR any(g IN own_relative.restricted_to WHERE g IN $groups))
         RETURN 'is ' + own_tie.kind + ' of ' + own_other.person_id AS said
         ORDER BY said, own_tie.tie_id
       } AS ties
ORDER BY nominal_id
LIMIT $limit
