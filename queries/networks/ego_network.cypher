// purpose: The network around a person: who and what is linked, in one or two steps, as nodes and edges.
// caution: A link is a record, not a finding; sharing an incident or an address does not mean knowing one another.
// param person_id: str -- The person, or any record of the person.
// param depth: int = 2 -- Steps: 1 for what is linked to the person, 2 for what is linked to that as well.
// param max_links: int = 50 -- Links followed from one node; a node with more says how many are left out.
// param limit: int = 500 -- Rows at most: nodes first, nearest first, then edges.
// column item: str -- node or edge.
// column id: str -- The node or the edge.
// column type: str -- Person, Incident, Address, Identifier or School; for an edge the kind of link.
// column label: str | None -- Name, day and kind, address or value; for a tie what the first is to the second.
// column step: int | None -- Steps from the person.
// column source_id: str | None -- Node at which an edge starts.
// column target_id: str | None -- Node at which an edge ends.
// column left_out: int -- Links of this node that were not followed because it has too many.
CALL () {
  MATCH (person:Person {person_id: $person_id})
  RETURN person
UNION
  MATCH (asked:Nominal {nominal_id: $person_id})-[:IS]->(person:Person)
  WHERE (asked.restricted_to IS NULL OR any(g IN asked.restricted_to WHERE g IN $groups))
  RETURN person
}
CALL (person) {
  MATCH (person)<-[:IS]-(own:Nominal)
  WHERE (own.restricted_to IS NULL OR any(g IN own.restricted_to WHERE g IN $groups))
  WITH own
  ORDER BY own.nominal_id
  RETURN collect(own) AS hops1
}
CALL (hops1) {
  UNWIND hops1 AS here
  CALL (here) {
    MATCH (here)-[link1:RELATED_TO|SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO|LIVES_AT|USES|ATTENDS|INVOLVED_IN|AT]-(there1:Nominal|Incident|Address|Identifier|School)
    WHERE (link1.restricted_to IS NULL OR any(g IN link1.restricted_to WHERE g IN $groups))
      AND (there1.restricted_to IS NULL OR any(g IN there1.restricted_to WHERE g IN $groups))
      AND NOT coalesce(there1.protected, false)
    WITH collect([link1, there1]) AS found
    CALL (found) {
      UNWIND CASE WHEN size(found) > $max_links THEN found ELSE [] END AS each
      WITH each[0] AS link1, each[1] AS there1
      ORDER BY type(link1), coalesce(there1.nominal_id, there1.incident_id, there1.address_id, there1.identifier_id, there1.school_id),
        coalesce(link1.tie_id, link1.role_id, link1.residence_id, link1.use_id, link1.attendance_id, link1.appearance_id)
      RETURN collect(link1)[..$max_links] AS first
    }
    WITH found, CASE WHEN size(found) > $max_links THEN first ELSE [each IN found | each[0]] END AS followed
    RETURN followed, size(found) - size(followed) AS left_out
  }
  RETURN collect([here, left_out]) AS capped1, reduce(all = [], some IN collect(followed) | all + some) AS links1
}
CALL (links1, hops1) {
  UNWIND CASE WHEN $depth > 1 THEN links1 ELSE [] END AS link
  UNWIND [startNode(link), endNode(link)] AS reached
  WITH DISTINCT reached, hops1
  WHERE NOT reached IN hops1
  CALL (reached) {
    RETURN reached AS hop
  UNION
    MATCH (reached)-[:IS]->(met:Person)<-[:IS]-(twin:Nominal)
    WHERE (twin.restricted_to IS NULL OR any(g IN twin.restricted_to WHERE g IN $groups))
    RETURN twin AS hop
  }
  WITH DISTINCT hop
  ORDER BY coalesce(hop.nominal_id, hop.incident_id, hop.address_id, hop.identifier_id, hop.school_id)
  RETURN collect(hop) AS hops2
}
CALL (hops2) {
  UNWIND hops2 AS here
  CALL (here) {
    MATCH (here)-[link2:RELATED_TO|SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO|LIVES_AT|USES|ATTENDS|INVOLVED_IN|AT]-(there2:Nominal|Incident|Address|Identifier|School)
    WHERE (link2.restricted_to IS NULL OR any(g IN link2.restricted_to WHERE g IN $groups))
      AND (there2.restricted_to IS NULL OR any(g IN there2.restricted_to WHERE g IN $groups))
      AND NOT coalesce(there2.protected, false)
    WITH collect([link2, there2]) AS found
    CALL (found) {
      UNWIND CASE WHEN size(found) > $max_links THEN found ELSE [] END AS each
      WITH each[0] AS link2, each[1] AS there2
      ORDER BY type(link2), coalesce(there2.nominal_id, there2.incident_id, there2.address_id, there2.identifier_id, there2.school_id),
        coalesce(link2.tie_id, link2.role_id, link2.residence_id, link2.use_id, link2.attendance_id, link2.appearance_id)
      RETURN collect(link2)[..$max_links] AS first
    }
    WITH found, CASE WHEN size(found) > $max_links THEN first ELSE [each IN found | each[0]] END AS followed
    RETURN followed, size(found) - size(followed) AS left_out
  }
  RETURN collect([here, left_out]) AS capped2, reduce(all = [], some IN collect(followed) | all + some) AS links2
}
WITH person, hops1, [one IN capped1 + capped2 WHERE one[1] > 0] AS capped,
     COLLECT { UNWIND links1 AS link UNWIND [startNode(link), endNode(link)] AS near RETURN DISTINCT near } AS near,
     COLLECT { UNWIND links1 + links2 AS link RETURN DISTINCT link } AS links
CALL (person, hops1, capped, near, links) {
  UNWIND hops1 + COLLECT {
    UNWIND links AS link
    UNWIND [startNode(link), endNode(link)] AS each
    RETURN DISTINCT each
  } AS each
  WITH DISTINCT person, each, hops1, near, capped
  OPTIONAL MATCH (each)-[:IS]->(someone:Person)
  WITH person, each, someone, hops1, near, capped
  ORDER BY each.nominal_id
  WITH person, coalesce(someone, each) AS node, collect(each) AS parts, hops1, near, capped
  WITH node, head(parts) AS part, parts,
       CASE
         WHEN node = person THEN 0
         WHEN any(part IN parts WHERE part IN near) THEN 1
         ELSE 2
       END AS step,
       reduce(total = 0, one IN capped | CASE WHEN one[0] IN parts THEN total + one[1] ELSE total END) AS left_out
  RETURN 'node' AS item,
         coalesce(node.person_id, node.incident_id, node.address_id, node.identifier_id, node.school_id) AS id,
         CASE WHEN node.person_id IS NULL THEN head([label IN labels(node) WHERE label <> 'Touched']) ELSE 'Person' END AS type,
         CASE
           WHEN node:Person THEN trim(coalesce(part.given_names, '') + ' ' + coalesce(part.family_name, ''))
           WHEN node:Incident THEN toString(node.reported_on) + coalesce(' ' + node.kind, '')
           WHEN node:Address THEN trim(coalesce(node.line, '') + ' ' + coalesce(node.postcode, ''))
           WHEN node:Identifier THEN node.kind + ' ' + coalesce(node.value, node.description, node.source_ref)
           ELSE coalesce(node.name, node.source_ref)
         END AS label,
         step, null AS source_id, null AS target_id, left_out
UNION ALL
  UNWIND links AS link
  WITH link, startNode(link) AS origin, endNode(link) AS goal
  WITH link,
       coalesce(CASE WHEN origin:Nominal THEN COLLECT { MATCH (origin)-[:IS]->(first:Person) RETURN first.person_id }[0] END,
                origin.nominal_id, origin.incident_id, origin.address_id, origin.identifier_id, origin.school_id) AS source_id,
       coalesce(CASE WHEN goal:Nominal THEN COLLECT { MATCH (goal)-[:IS]->(second:Person) RETURN second.person_id }[0] END,
                goal.nominal_id, goal.incident_id, goal.address_id, goal.identifier_id, goal.school_id) AS target_id
  RETURN 'edge' AS item,
         coalesce(link.tie_id, link.role_id, link.residence_id, link.use_id, link.attendance_id, link.appearance_id,
                  source_id + ' ' + target_id) AS id,
         type(link) AS type, link.kind AS label, null AS step, source_id, target_id, 0 AS left_out
}
RETURN item, id, type, label, step, source_id, target_id, left_out
ORDER BY CASE item WHEN 'node' THEN 0 ELSE 1 END, step, type, id
LIMIT $limit
