// purpose: The catalogue of clusters of risk: what each is, what research found, the limits of that, and whether it can be assessed here.
// caution: Effects are odds and shares found in studies of others, not how likely anything is here; a cluster that is not assessable is never "no match".
// param limit: int = 200 -- Rows at most.
// column cluster_id: str -- Id of the cluster.
// column version: str -- Version of the cluster.
// column label: str -- Its name.
// column says: str -- What it is.
// column limits: str -- The limits of the evidence.
// column effects: list[str] -- What sources found, conflicting figures side by side.
// column assessable: bool -- Whether the records hold some input of each of its groups.
// column lacks: list[str] -- Groups of which no record holds an input.
