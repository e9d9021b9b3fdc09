// title: Causal claims whose firmest witness is hedged in one way
// parameter: hedge hedge a code of the hedge vocabulary
// example: hedge=possible
MATCH (a:Event)-[link:CAUSAL {hedge: $hedge}]->(b:Event)
RETURN link.id AS claim, a.label AS cause, link.relation AS relation, b.label AS effect, link.belief AS belief,
  link.polarity = 'negative' AS negated
ORDER BY belief DESC, claim
