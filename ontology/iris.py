"""In: nothing. Out: the IRI of every class and property of `core.ttl` and `borrowed.ttl`, and of vocabulary codes.

A test holds the constants equal to what the two files declare, in both directions.
"""

from __future__ import annotations

from typing import Final

from ontology.terms import EVENT_KINDS, MONEY, ONTOLOGY, RELATIONS, UNITS, VOCABULARY

SCHEMA: Final = "https://schema.org/"
PROV: Final = "http://www.w3.org/ns/prov#"
OA: Final = "http://www.w3.org/ns/oa#"
SEM: Final = "http://semanticweb.cs.vu.nl/2009/11/sem/"
# FARO declares its terms under http, not https.
FARO: Final = "http://purl.org/faro/"
QUDT: Final = "http://qudt.org/schema/qudt/"
QUDT_UNIT: Final = "http://qudt.org/vocab/unit/"
CITO: Final = "http://purl.org/spar/cito/"
TIME: Final = "http://www.w3.org/2006/time#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: Final = {
    "": ONTOLOGY,
    "schema": SCHEMA,
    "prov": PROV,
    "oa": OA,
    "sem": SEM,
    "faro": FARO,
    "qudt": QUDT,
    "unit": QUDT_UNIT,
    "cito": CITO,
    "time": TIME,
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "xsd": XSD,
}

# minted here
INCIDENT: Final = ONTOLOGY + "Incident"
EVENT: Final = ONTOLOGY + "Event"
DATA_BREACH: Final = ONTOLOGY + "DataBreach"
RESPONSE_EVENT: Final = ONTOLOGY + "ResponseEvent"
IMPACT_EVENT: Final = ONTOLOGY + "ImpactEvent"
LIVELIHOOD_IMPACT: Final = ONTOLOGY + "LivelihoodImpact"
CLAIM: Final = ONTOLOGY + "Claim"
CAUSAL_CLAIM: Final = ONTOLOGY + "CausalClaim"
QUANTITY_CLAIM: Final = ONTOLOGY + "QuantityClaim"
EVIDENCE: Final = ONTOLOGY + "Evidence"
MENTION: Final = ONTOLOGY + "Mention"
WITNESS: Final = ONTOLOGY + "Witness"
EXTRACTION: Final = ONTOLOGY + "Extraction"
SPEAKER: Final = ONTOLOGY + "Speaker"
LIVELIHOOD_GROUP: Final = ONTOLOGY + "LivelihoodGroup"
INCIDENT_KIND: Final = ONTOLOGY + "incidentKind"
BREACHED_ORGANISATION: Final = ONTOLOGY + "breachedOrganisation"
IN_INCIDENT: Final = ONTOLOGY + "inIncident"
AFFECTED_GROUP: Final = ONTOLOGY + "affectedGroup"
IMPACT_EFFECT: Final = ONTOLOGY + "impactEffect"
CAUSE: Final = ONTOLOGY + "cause"
EFFECT: Final = ONTOLOGY + "effect"
RELATION: Final = ONTOLOGY + "relation"
INCLUDES: Final = ONTOLOGY + "includes"
NEGATED: Final = ONTOLOGY + "negated"
HEDGE: Final = ONTOLOGY + "hedge"
BELIEF: Final = ONTOLOGY + "belief"
ORIGIN_COUNT: Final = ONTOLOGY + "originCount"
HAS_EVIDENCE: Final = ONTOLOGY + "evidence"
MEASURES: Final = ONTOLOGY + "measures"
COUNTED_THING: Final = ONTOLOGY + "countedThing"
QUANTIFIER: Final = ONTOLOGY + "quantifier"
DIRECTION: Final = ONTOLOGY + "direction"
ORIGINAL_TEXT: Final = ONTOLOGY + "originalText"
MARKER: Final = ONTOLOGY + "marker"
CONFIDENCE: Final = ONTOLOGY + "confidence"
RULE: Final = ONTOLOGY + "rule"
ORIGIN: Final = ONTOLOGY + "origin"
IMPLIED: Final = ONTOLOGY + "implied"
IS_LIVELIHOOD: Final = ONTOLOGY + "isLivelihood"
RANK: Final = ONTOLOGY + "rank"
UNSUPPORTED: Final = ONTOLOGY + "unsupported"
DECISION: Final = ONTOLOGY + "Decision"
VERB: Final = ONTOLOGY + "verb"
DECIDES_ON: Final = ONTOLOGY + "decidesOn"
DECIDES_WITH: Final = ONTOLOGY + "decidesWith"
SPLITS_OFF: Final = ONTOLOGY + "splitsOff"
REASON: Final = ONTOLOGY + "reason"
UNDONE_BY: Final = ONTOLOGY + "undoneBy"

# schema
NEWS_ARTICLE: Final = SCHEMA + "NewsArticle"
ORGANIZATION: Final = SCHEMA + "Organization"
QUANTITATIVE_VALUE: Final = SCHEMA + "QuantitativeValue"
HEADLINE: Final = SCHEMA + "headline"
PUBLISHER: Final = SCHEMA + "publisher"
DATE_PUBLISHED: Final = SCHEMA + "datePublished"
URL: Final = SCHEMA + "url"
IDENTIFIER: Final = SCHEMA + "identifier"
ABOUT: Final = SCHEMA + "about"
NAME: Final = SCHEMA + "name"
MEASURED_PROPERTY: Final = SCHEMA + "measuredProperty"
VALUE: Final = SCHEMA + "value"
MIN_VALUE: Final = SCHEMA + "minValue"
MAX_VALUE: Final = SCHEMA + "maxValue"

# prov
ENTITY: Final = PROV + "Entity"
ACTIVITY: Final = PROV + "Activity"
AGENT: Final = PROV + "Agent"
SOFTWARE_AGENT: Final = PROV + "SoftwareAgent"
WAS_ATTRIBUTED_TO: Final = PROV + "wasAttributedTo"
WAS_GENERATED_BY: Final = PROV + "wasGeneratedBy"
WAS_ASSOCIATED_WITH: Final = PROV + "wasAssociatedWith"
USED: Final = PROV + "used"
WAS_REVISION_OF: Final = PROV + "wasRevisionOf"
ENDED_AT_TIME: Final = PROV + "endedAtTime"

# oa
ANNOTATION: Final = OA + "Annotation"
SPECIFIC_RESOURCE: Final = OA + "SpecificResource"
TEXT_QUOTE_SELECTOR: Final = OA + "TextQuoteSelector"
TEXT_POSITION_SELECTOR: Final = OA + "TextPositionSelector"
HAS_TARGET: Final = OA + "hasTarget"
HAS_SOURCE: Final = OA + "hasSource"
HAS_SELECTOR: Final = OA + "hasSelector"
EXACT: Final = OA + "exact"
START: Final = OA + "start"
END: Final = OA + "end"

# sem
SEM_EVENT: Final = SEM + "Event"
SEM_EVENT_TYPE: Final = SEM + "EventType"
EVENT_TYPE: Final = SEM + "eventType"

# faro
FARO_EVENT: Final = FARO + "Event"
CAUSES: Final = FARO + "causes"
ENABLES: Final = FARO + "enables"
PREVENTS: Final = FARO + "prevents"

# qudt
QUANTITY: Final = QUDT + "Quantity"
QUANTITY_VALUE: Final = QUDT + "QuantityValue"
HAS_QUANTITY_VALUE: Final = QUDT + "quantityValue"
HAS_UNIT: Final = QUDT + "hasUnit"
IS_DELTA_QUANTITY: Final = QUDT + "isDeltaQuantity"

# cito
CORRECTS: Final = CITO + "corrects"
UPDATES: Final = CITO + "updates"
DISPUTES: Final = CITO + "disputes"
CONFIRMS: Final = CITO + "confirms"

# time
INTERVAL: Final = TIME + "Interval"
INSTANT: Final = TIME + "Instant"
HAS_TIME: Final = TIME + "hasTime"
HAS_BEGINNING: Final = TIME + "hasBeginning"
HAS_END: Final = TIME + "hasEnd"
IN_XSD_DATE: Final = TIME + "inXSDDate"

# rdfs
LABEL: Final = RDFS + "label"
SUB_CLASS_OF: Final = RDFS + "subClassOf"

# skos
CONCEPT: Final = SKOS + "Concept"
ALT_LABEL: Final = SKOS + "altLabel"

EVENT_CLASSES: Final = dict(zip(EVENT_KINDS, (DATA_BREACH, RESPONSE_EVENT, IMPACT_EVENT, EVENT), strict=True))
RELATION_PROPERTIES: Final = dict(zip(RELATIONS, (CAUSES, ENABLES, PREVENTS, INCLUDES), strict=True))

SCHEMES: Final = (
    "event-type",
    "group",
    "incident-kind",
    "hedge",
    "quantifier",
    "direction",
    "effect",
)
_UNIT_NAMES: Final = dict(zip(UNITS, ("NUM", "PERCENT", "UNITLESS", "HR", "DAY", "WK", "MO", "YR"), strict=True))


def concept(scheme: str, code: str) -> str:
    """Return the IRI of a code of a vocabulary; `scheme` is one of `SCHEMES`.

    Relations are not among them: their values are properties (`RELATION_PROPERTIES`), and units are QUDT's (`unit`).

    >>> concept("hedge", "possible")
    'https://w3id.org/breachtrace/vocabulary/hedge/possible'
    """
    return f"{VOCABULARY}{scheme}/{code}"


def unit(code: str) -> str:
    """Return the QUDT IRI of a unit code of `terms.UNITS`, or of `money:` and an ISO 4217 code.

    Raises:
        KeyError: The code is neither.

    >>> unit("money:KRW")
    'http://qudt.org/vocab/unit/CCY_KRW'
    """
    name = f"CCY_{code.removeprefix(MONEY)}" if code.startswith(MONEY) else _UNIT_NAMES[code]
    return QUDT_UNIT + name
