// title: Figures told of an incident, with who says them
// parameter: incident iri the incident's id
// example: incident=incident-1
//
// `low` and `high` are the ends of the interval, null where it is open. Figures are comparable where measure, thing
// and unit agree; the same digits on another measure are another figure.
MATCH (f:QuantityClaim {incident: $incident})
RETURN f.id AS figure, f.text AS text, f.low AS low, f.high AS high, f.unit AS unit, f.thing AS thing,
  f.measure AS measure, f.speaker AS speaker, f.hedge AS hedge
ORDER BY coalesce(measure, ''), coalesce(thing, ''), text, figure
