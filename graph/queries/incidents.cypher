// title: Incidents, with how many articles tell of each and how many livelihood groups are hit
// example:
MATCH (i:Incident)
OPTIONAL MATCH (a:Article)-[:ABOUT]->(i)
WITH i, count(DISTINCT a.id) AS articles
OPTIONAL MATCH (i)<-[:IN_INCIDENT]-(e:Event {is_livelihood_impact: true})
RETURN i.id AS incident, i.label AS label, articles, count(DISTINCT e.group_code) AS groups
ORDER BY label, incident
