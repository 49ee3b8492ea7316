// purpose: How often each cluster of risk occurs among pairs, by grade, by neighbourhood or by the month since which it holds.
// caution: Counts what records say, so more forms mean more clusters; a small count that is held back may still follow from others by subtraction.
// param by: str = 'grade' -- grade: the latest; neighbourhood: of the latest incident; month: since which the cluster holds.
// param least: int = 5 -- Smallest count that is told; a smaller one is held back.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 5000 -- Rows at most.
// column cluster_id: str -- The cluster of risk: a combination of answers and records within one pair.
// column label: str -- Its name for people.
// column value: str -- The grade, the neighbourhood or the month as year and month; none: there is none. Without a row: no pair.
// column dyads: int | None -- Pairs there that match the cluster; absent: held back.
// column of: int | None -- Pairs there, or in all by month; absent: held back.
// column share: float | None -- Pairs that match as a share of those; absent: held back.
// column suppressed: bool -- Whether a count is held back because it is small.
MATCH (dyad:Dyad)
WHERE $audience IN dyad.audiences
CALL (dyad) {
  WITH $by AS by
  WHERE by = 'neighbourhood'
  MATCH (latest:Incident {incident_id: dyad.incident_ids[-1]})
  RETURN head(collect(latest.neighbourhood)) AS neighbourhood
}
WITH CASE $by WHEN 'grade' THEN coalesce(dyad.latest_grade, 'none') WHEN 'neighbourhood' THEN coalesce(neighbourhood, 'none') END
       AS place,
     [
       i IN range(0, size(dyad.clusters) - 1)
       | [dyad.clusters[i], CASE
         WHEN $by <> 'month' THEN null
         WHEN dyad.cluster_since[i] = '' THEN 'none'
         ELSE left(dyad.cluster_since[i], 7)
       END]
     ] AS found,
     count(*) AS dyads
WITH place, sum(dyads) AS of, collect([found, dyads]) AS alike
UNWIND alike AS some
UNWIND some[0] AS each
WITH coalesce(each[1], place) + '' AS value, of, each[0] AS name, sum(some[1]) AS dyads
MATCH (cluster:Cluster {cluster_id: split(name, ' ')[0], version: split(name, ' ')[1]})
WHERE CASE
  WHEN $after.cluster_id IS NULL THEN true
  WHEN cluster.cluster_id <> $after.cluster_id THEN cluster.cluster_id > $after.cluster_id
  ELSE value > $after.value
END
RETURN cluster.cluster_id AS cluster_id, cluster.label AS label, value,
       CASE WHEN dyads >= $least THEN dyads END AS dyads,
       CASE WHEN of >= $least THEN of END AS of,
       CASE WHEN dyads >= $least THEN round(toFloat(dyads) / of, 4) END AS share,
       dyads < $least AS suppressed
ORDER BY cluster_id, value
LIMIT $limit
