// purpose: The versions that hold of some markers, homes and addresses, to resolve which of them was there at a time.
// caution: What they say is left out where the viewer may not see it, or nobody may learn of the address.
// param ids: list[str] -- The records.
// column feed: str -- Feed of the record.
// column fact_id: str -- The record.
// column state: str -- `holds`.
// column recorded_at: datetime | None -- When the source recorded it.
// column digest: str -- Hash of its content.
// column received_at: datetime -- When it was first received.
// column resumed_at: datetime | None -- Nothing.
// column refs: dict -- Ids that it refers to, by column.
// column says: dict | None -- What it says.
// column content: str | None -- Nothing.
CALL () {
  UNWIND $ids AS id
  MATCH (person:Nominal)-[:HAS]->(marker:Marker {marker_id: id})
  RETURN 'markers' AS feed, id AS fact_id, marker.recorded_at AS recorded_at, marker.digest AS digest,
         marker.received_at AS received_at, {person_ref: person.nominal_id} AS refs,
         CASE
           WHEN (marker.restricted_to IS NULL OR any(g IN marker.restricted_to WHERE g IN $groups))
             AND (person.restricted_to IS NULL OR any(g IN person.restricted_to WHERE g IN $groups))
           THEN {kind: marker.kind, from_on: marker.from_on, until_on: marker.until_on}
         END AS says
UNION ALL
  UNWIND $ids AS id
  MATCH (person:Nominal)-[stay:LIVES_AT {residence_id: id}]->(home:Address)
  RETURN 'residences' AS feed, id AS fact_id, stay.recorded_at AS recorded_at, stay.digest AS digest,
         stay.received_at AS received_at, {person_ref: person.nominal_id, address_ref: home.address_id} AS refs,
         CASE
           WHEN (stay.restricted_to IS NULL OR any(g IN stay.restricted_to WHERE g IN $groups))
             AND (person.restricted_to IS NULL OR any(g IN person.restricted_to WHERE g IN $groups))
             AND (home.restricted_to IS NULL OR any(g IN home.restricted_to WHERE g IN $groups))
             AND NOT coalesce(home.protected, false)
           THEN {from_on: stay.from_on}
         END AS says
UNION ALL
  UNWIND $ids AS id
  MATCH (home:Address {address_id: id})
  RETURN 'addresses' AS feed, id AS fact_id, home.recorded_at AS recorded_at, home.digest AS digest,
         home.received_at AS received_at, {} AS refs,
         CASE
           WHEN (home.restricted_to IS NULL OR any(g IN home.restricted_to WHERE g IN $groups))
             AND NOT coalesce(home.protected, false)
           THEN {protected: false}
         END AS says
}
RETURN feed, fact_id, 'holds' AS state, recorded_at, digest, received_at, null AS resumed_at, refs, says, null AS content
ORDER BY fact_id, received_at
