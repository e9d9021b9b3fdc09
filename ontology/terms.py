"""In: nothing. Out: the codes of every closed vocabulary, held equal to the TTL files by a test."""

from __future__ import annotations

from typing import Final

BASE: Final = "https://w3id.org/breachtrace/"
ONTOLOGY: Final = BASE + "ontology#"
VOCABULARY: Final = BASE + "vocabulary/"
ID: Final = BASE + "id/"

EVENT_KINDS: Final = ("breach", "response", "impact", "event")
EFFECTS: Final = ("harm", "benefit")
RELATIONS: Final = ("causes", "enables", "prevents", "includes")
DIRECTIONS: Final = ("decrease", "increase", "none")
# From the firmest wording to the loosest: the order is used to find a path's strongest hedge.
HEDGES: Final = ("asserted", "reported", "alleged", "estimated", "possible", "predicted", "conditional")
QUALIFIERS: Final = (
    "exact",
    "approximately",
    "more_than",
    "at_least",
    "less_than",
    "at_most",
    "range",
    "vague",
)
UNITS: Final = ("count", "percent", "times", "hours", "days", "weeks", "months", "years")
MONEY: Final = "money:"  # followed by an ISO 4217 code

GROUPS: Final = (
    "delivery_worker",
    "driver",
    "gig_worker",
    "small_merchant",
    "farmer",
    "fisher",
    "food_producer",
    "warehouse_worker",
    "factory_worker",
    "supplier_worker",
    "supplier",
    "retail_worker",
    "hospitality_worker",
    "office_worker",
    "health_worker",
    "health_provider",
    "dealer",
    "teacher",
    "public_servant",
    "contractor",
    "investor",
    "employee",
    "consumer",
    "patient",
    "other",
)
NOT_LIVELIHOODS: Final = frozenset({"consumer", "patient", "investor"})

INCIDENT_KINDS: Final = ("data_breach", "ransomware", "cyber_attack", "theft", "outage")

EVENT_TYPES: Final = (
    # the incident itself
    "data_breach",
    "ransomware",
    "cyber_attack",
    "theft",
    "outage",
    # responses
    "investigation",
    "penalty",
    "compensation",
    "lawsuit",
    "systems_shutdown",
    "notification",
    "recovery",
    "aid",
    "apology",
    "policy_change",
    "protest",
    # what follows, for whomever
    "usage_falls",
    "usage_rises",
    "trust_falls",
    "trust_rises",
    "orders_fall",
    "orders_rise",
    "sales_fall",
    "sales_rise",
    "revenue_falls",
    "revenue_rises",
    "income_falls",
    "income_rises",
    "profit_falls",
    "profit_rises",
    "share_price_falls",
    "share_price_rises",
    "jobs_lost",
    "jobs_gained",
    "hours_cut",
    "workload_rises",
    "production_halted",
    "production_resumes",
    "service_disrupted",
    "deliveries_disrupted",
    "payments_late",
    "stock_unsold",
    "shortage",
    "prices_rise",
    "costs_rise",
    "debt_rises",
    "business_closes",
    "hardship",
    "distress",
    "fraud",
    "data_exposed",
    "care_disrupted",
    "market_access",
    "other",
)
