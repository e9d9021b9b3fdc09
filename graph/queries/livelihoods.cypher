// title: Impacts on livelihoods that an incident reaches along its causes
// parameter: incident iri the incident's id
// example: incident=incident-1
//
// `n_steps` is counted when the graph is written, so that no path is searched for here, however large the graph is.
MATCH (e:Event {incident: $incident, is_livelihood_impact: true})
WHERE e.n_steps > 0
RETURN e.id AS impact, e.group_code AS `group`, e.label AS label
ORDER BY `group`, impact
