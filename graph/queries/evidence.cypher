// title: Every witness of a claim: the exact quote, who says it, how firmly, and where it stands
// parameter: claim iri the id of a causal claim or a figure
// example: claim=claim-1
MATCH (:Claim|QuantityClaim {id: $claim})-[told:TOLD_IN]->(a:Article)
RETURN a.id AS article, told.start AS start, told.`end` AS `end`, told.quote AS quote, told.speaker AS speaker,
  told.hedge AS hedge, told.confidence AS confidence
ORDER BY article, start, `end`, coalesce(speaker, '')
