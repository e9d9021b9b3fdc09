// title: Who says what of an incident: every claim and figure with a named speaker, and the quote
// parameter: incident iri the incident's id
// example: incident=incident-1
MATCH (c:Claim|QuantityClaim {incident: $incident})-[told:TOLD_IN]->(:Article)
WHERE told.speaker IS NOT NULL
RETURN DISTINCT told.speaker AS speaker, c.id AS claim, told.hedge AS hedge, told.quote AS quote
ORDER BY speaker, claim, quote
