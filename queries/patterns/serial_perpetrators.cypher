// purpose: People suspected of domestic abuse against several victims, most victims first, with the evidence.
// caution: Suspicion as recorded, not conviction; agencies define serial differently, so look at the rule that was asked for.
// param suspects: list[str] | None = None -- Only these persons; not given: everyone.
// param as_of: date | None = None -- Day as of which to count; not given: the day for which conclusions are stored.
// param min_victims: int = 2 -- Fewest victims; if unconnected is asked for, fewest groups of victims without a path between them.
// param min_incidents: int = 1 -- Fewest different incidents.
// param window_days: int = 0 -- Days before as_of in which incidents count; 0: ever.
// param unconnected: bool = False -- Whether the victims must be unconnected through family, household or a shared incident.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 100 -- Rows at most.
// column suspect_id: str -- The person suspected.
// column name: str -- Name on the person's first record.
// column victims: int -- Different victims in that time.
// column groups: int -- Groups of victims without a path between them other than through the suspect.
// column incidents: int -- Different incidents in that time.
// column first_on: date -- Day on which the first was reported.
// column last_on: date -- Day on which the latest was reported.
// column since_on: date -- Day on which the evidence first sufficed.
// column victim_ids: list[str] -- The victims counted, by the day of their first incident.
// column incident_ids: list[str] -- The incidents counted, oldest first.
// column connections: list[str] -- Which victims are connected, and how: family, household or incident.
OPTIONAL MATCH (derivation:Derivation {derivation_id: 'current'})
WITH coalesce($as_of, derivation.as_of) AS as_of
CALL (as_of) {
  WITH $suspects AS ids
  WHERE ids IS NOT NULL
  UNWIND ids AS id
  MATCH (suspect:Person {person_id: id})-[:SUSPECT_OF]->(dyad:Dyad)
  WHERE $audience IN dyad.audiences
    AND dyad.incidents > 0
  RETURN suspect, collect(dyad) AS dyads
UNION ALL
  WITH $suspects AS ids
  WHERE ids IS NULL
  MATCH (suspect:Person)-[:SUSPECT_OF]->(dyad:Dyad)
  WHERE $audience IN dyad.audiences
    AND dyad.incidents > 0
  RETURN suspect, collect(dyad) AS dyads
}
WITH suspect, as_of, dyads
WHERE size(dyads) >= $min_victims
CALL (dyads, as_of) {
  UNWIND dyads AS dyad
  MATCH (dyad)-[:VICTIM]->(victim:Person)
  WITH victim, [
    i IN range(0, dyad.incidents - 1)
    WHERE dyad.incident_on[i] <= as_of
      AND ($window_days = 0 OR dyad.incident_on[i] > as_of - duration({days: $window_days}))
    | [dyad.incident_on[i], dyad.incident_ids[i]]
  ] AS counted
  WHERE size(counted) > 0
  WITH victim, counted
  ORDER BY counted[0][0], victim.person_id
  RETURN collect(victim) AS victims, collect(counted[0][0]) AS first_ons,
         reduce(all = [], some IN collect(counted) | all + some) AS counted
}
WITH suspect, as_of, victims, first_ons,
     COLLECT { UNWIND counted AS each WITH DISTINCT each RETURN each ORDER BY each[0], each[1] } AS counted
WHERE size(victims) >= $min_victims
  AND size(counted) >= $min_incidents
  AND CASE
    WHEN $unconnected OR $after.suspect_id IS NULL THEN true
    WHEN size(victims) <> $after.victims THEN size(victims) < $after.victims
    WHEN counted[-1][0] <> $after.last_on THEN counted[-1][0] < $after.last_on
    ELSE suspect.person_id > $after.suspect_id
  END
WITH suspect, as_of, victims, first_ons, counted
ORDER BY size(victims) DESC, counted[-1][0] DESC, suspect.person_id
LIMIT CASE WHEN $unconnected THEN 9223372036854775807 ELSE $limit END
CALL (suspect, as_of, victims) {
  UNWIND range(0, size(victims) - 2) AS x
  UNWIND range(x + 1, size(victims) - 1) AS y
  WITH suspect, as_of, victims[x] AS a, victims[y] AS b
  WITH a, b, CASE
    WHEN EXISTS {
      MATCH (a)<-[:IS]-(one:Nominal)-[tie:RELATED_TO]-(other:Nominal)-[:IS]->(b)
      WHERE NOT tie.kind IN ['knows', 'friend', 'neighbour', 'colleague', 'cared_for', 'lives_with']
        AND (one.restricted_to IS NULL OR any(g IN one.restricted_to WHERE g IN $groups))
        AND (tie.restricted_to IS NULL OR any(g IN tie.restricted_to WHERE g IN $groups))
        AND (other.restricted_to IS NULL OR any(g IN other.restricted_to WHERE g IN $groups))
    } OR EXISTS {
      MATCH (a)<-[:IS]-(first:Nominal)-[nearer:RELATED_TO]-(second:Nominal)-[:IS]->(between:Person)
      MATCH (between)<-[:IS]-(third:Nominal)-[farther:RELATED_TO]-(fourth:Nominal)-[:IS]->(b)
      WHERE between <> suspect
        AND NOT nearer.kind IN ['knows', 'friend', 'neighbour', 'colleague', 'cared_for', 'lives_with']
        AND NOT farther.kind IN ['knows', 'friend', 'neighbour', 'colleague', 'cared_for', 'lives_with']
        AND (first.restricted_to IS NULL OR any(g IN first.restricted_to WHERE g IN $groups))
        AND (nearer.restricted_to IS NULL OR any(g IN nearer.restricted_to WHERE g IN $groups))
        AND (second.restricted_to IS NULL OR any(g IN second.restricted_to WHERE g IN $groups))
        AND (third.restricted_to IS NULL OR any(g IN third.restricted_to WHERE g IN $groups))
        AND (farther.restricted_to IS NULL OR any(g IN farther.restricted_to WHERE g IN $groups))
        AND (fourth.restricted_to IS NULL OR any(g IN fourth.restricted_to WHERE g IN $groups))
    } THEN 'family'
    WHEN EXISTS {
      MATCH (a)<-[:IS]-(lodger:Nominal)-[stay:LIVES_AT]->(home:Address)
      MATCH (home)<-[other_stay:LIVES_AT]-(other_lodger:Nominal)-[:IS]->(b)
      WHERE coalesce(home.kind, 'home') = 'home'
        AND NOT coalesce(home.protected, false)
        AND (stay.until_on IS NULL OR other_stay.from_on IS NULL OR stay.until_on >= other_stay.from_on)
        AND (other_stay.until_on IS NULL OR stay.from_on IS NULL OR other_stay.until_on >= stay.from_on)
        AND (lodger.restricted_to IS NULL OR any(g IN lodger.restricted_to WHERE g IN $groups))
        AND (stay.restricted_to IS NULL OR any(g IN stay.restricted_to WHERE g IN $groups))
        AND (home.restricted_to IS NULL OR any(g IN home.restricted_to WHERE g IN $groups))
        AND (other_stay.restricted_to IS NULL OR any(g IN other_stay.restricted_to WHERE g IN $groups))
        AND (other_lodger.restricted_to IS NULL OR any(g IN other_lodger.restricted_to WHERE g IN $groups))
    } OR EXISTS {
      MATCH (a)<-[:IS]-(housemate:Nominal)-[sharing:RELATED_TO]-(other_housemate:Nominal)-[:IS]->(b)
      WHERE sharing.kind = 'lives_with'
        AND (housemate.restricted_to IS NULL OR any(g IN housemate.restricted_to WHERE g IN $groups))
        AND (sharing.restricted_to IS NULL OR any(g IN sharing.restricted_to WHERE g IN $groups))
        AND (other_housemate.restricted_to IS NULL OR any(g IN other_housemate.restricted_to WHERE g IN $groups))
    } THEN 'household'
    WHEN EXISTS {
      MATCH (a)<-[:IS]-(involved:Nominal)-[role:SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO]->(shared:Incident)
      MATCH (shared)<-[other_role:SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO]-(also_involved:Nominal)-[:IS]->(b)
      WHERE shared.reported_on <= as_of
        AND (involved.restricted_to IS NULL OR any(g IN involved.restricted_to WHERE g IN $groups))
        AND (role.restricted_to IS NULL OR any(g IN role.restricted_to WHERE g IN $groups))
        AND (shared.restricted_to IS NULL OR any(g IN shared.restricted_to WHERE g IN $groups))
        AND (other_role.restricted_to IS NULL OR any(g IN other_role.restricted_to WHERE g IN $groups))
        AND (also_involved.restricted_to IS NULL OR any(g IN also_involved.restricted_to WHERE g IN $groups))
        AND NOT EXISTS {
          MATCH (shared)<-[own_role:SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO]-(own:Nominal)-[:IS]->(suspect)
          WHERE (own_role.restricted_to IS NULL OR any(g IN own_role.restricted_to WHERE g IN $groups))
            AND (own.restricted_to IS NULL OR any(g IN own.restricted_to WHERE g IN $groups))
        }
    } THEN 'incident'
  END AS how
  WHERE how IS NOT NULL
  WITH a, b, how
  ORDER BY a.person_id, b.person_id
  RETURN collect([a.person_id, b.person_id, how]) AS connections
}
WITH suspect, victims, first_ons, counted, connections, reduce(
  groups = [victim IN victims | [victim.person_id]], connection IN connections |
  [group IN groups WHERE NOT connection[0] IN group AND NOT connection[1] IN group] + [
    reduce(joined = [], group IN [group IN groups WHERE connection[0] IN group OR connection[1] IN group] | joined + group)
  ]
) AS groups
WHERE NOT $unconnected OR (size(groups) >= $min_victims AND CASE
  WHEN $after.suspect_id IS NULL THEN true
  WHEN size(groups) <> $after.groups THEN size(groups) < $after.groups
  WHEN counted[-1][0] <> $after.last_on THEN counted[-1][0] < $after.last_on
  ELSE suspect.person_id > $after.suspect_id
END)
WITH suspect, victims, counted, connections, groups, CASE WHEN $unconnected THEN
    COLLECT {
      UNWIND groups AS group
      RETURN reduce(
        first = null, i IN range(0, size(victims) - 1) |
        CASE WHEN victims[i].person_id IN group AND (first IS NULL OR first_ons[i] < first) THEN first_ons[i] ELSE first END
      ) AS first_on ORDER BY first_on
    }
  ELSE first_ons END AS first_ons
CALL (suspect) {
  MATCH (suspect)<-[:IS]-(record:Nominal)
  WHERE (record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups))
  RETURN trim(coalesce(record.given_names, '') + ' ' + coalesce(record.family_name, '')) AS name
  ORDER BY record.nominal_id
  LIMIT 1
}
RETURN suspect.person_id AS suspect_id, name, size(victims) AS victims, size(groups) AS groups,
       size(counted) AS incidents, counted[0][0] AS first_on, counted[-1][0] AS last_on,
       CASE
         WHEN first_ons[$min_victims - 1] >= counted[$min_incidents - 1][0] THEN first_ons[$min_victims - 1]
         ELSE counted[$min_incidents - 1][0]
       END AS since_on,
       [victim IN victims | victim.person_id] AS victim_ids,
       [each IN counted | each[1]] AS incident_ids,
       [each IN connections | each[0] + ' and ' + each[1] + ': ' + each[2]] AS connections
ORDER BY CASE WHEN $unconnected THEN groups ELSE victims END DESC, last_on DESC, suspect_id
LIMIT $limit
