// purpose: Which two clusters of risk occur together in one pair of suspect and victim, and how often beside how often alone.
// caution: Clusters that share an answer occur together by their making; a small count that is held back may still follow from others by subtraction.
// param least: int = 5 -- Smallest count that is told; a smaller one is held back.
// param limit: int = 1000 -- Rows at most.
// column one: str -- A cluster of risk: a combination of answers and records within one pair.
// column other: str -- Another. Without a row: the two never occur together.
// column dyads: int | None -- Pairs that match both; absent: held back.
// column one_dyads: int | None -- Pairs that match the one; absent: held back.
// column other_dyads: int | None -- Pairs that match the other; absent: held back.
// column of: int | None -- Pairs in all; absent: held back.
// column lift: float | None -- How many times as often together as if they had nothing to do with each other; absent: held back.
// column suppressed: bool -- Whether a count is held back because it is small.
MATCH (dyad:Dyad)
WHERE $audience IN dyad.audiences
WITH [name IN dyad.clusters | split(name, ' ')[0]] AS clusters, count(*) AS dyads
WITH collect([clusters, dyads]) AS alike, sum(dyads) AS of
CALL (alike) {
  UNWIND alike AS some
  UNWIND some[0] AS cluster
  WITH cluster, sum(some[1]) AS dyads
  RETURN collect([cluster, dyads]) AS alone
}
UNWIND alike AS some
UNWIND some[0] AS one
UNWIND some[0] AS other
WITH of, alone, some, one, other
WHERE one < other
WITH of, alone, one, other, sum(some[1]) AS dyads
WITH of, one, other, dyads,
     head([each IN alone WHERE each[0] = one | each[1]]) AS one_dyads,
     head([each IN alone WHERE each[0] = other | each[1]]) AS other_dyads
RETURN one, other,
       CASE WHEN dyads >= $least THEN dyads END AS dyads,
       CASE WHEN one_dyads >= $least THEN one_dyads END AS one_dyads,
       CASE WHEN other_dyads >= $least THEN other_dyads END AS other_dyads,
       CASE WHEN of >= $least THEN of END AS of,
       CASE WHEN dyads >= $least THEN round(toFloat(dyads) * of / (one_dyads * other_dyads), 4) END AS lift,
       dyads < $least AS suppressed
ORDER BY one, other
LIMIT $limit
