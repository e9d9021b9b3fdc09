// title: Causal claims of an incident, cause to effect, with belief, hedge and number of independent origins
// parameter: incident iri the incident's id
// example: incident=incident-1
MATCH (a:Event {incident: $incident})-[link:CAUSAL]->(b:Event)
UNWIND link.claim_ids AS claim
RETURN a.id AS cause, link.relation AS relation, b.id AS effect, link.belief AS belief, link.hedge AS hedge,
  link.polarity AS polarity, link.n_origins AS origins, claim
ORDER BY cause, effect, claim
