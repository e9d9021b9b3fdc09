// title: Impacts on livelihoods that an incident reaches along its causes
// parameter: incident iri the incident's id
// example: incident=incident-1
//
// `step` marks the links that a path from a breach may take. DISTINCT without a path's name is the fast form: each event
// is then reached once, and not once for each path to it.
MATCH (:Event {kind: 'breach', incident: $incident})-[:CAUSAL*1..30 {step: true}]->(e:Event)
WITH DISTINCT e
WHERE e.is_livelihood_impact
RETURN e.id AS impact, e.group_code AS `group`, e.label AS label
ORDER BY `group`, impact
