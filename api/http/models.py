"""In: nothing. Out: the forms of the answers on what the graph holds, as OpenAPI tells them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["incident", "event", "claim", "figure", "article"]


class Model(BaseModel):
    """What is read off a record of the graph, or off data that was laid out for JSON."""

    model_config = ConfigDict(from_attributes=True)


class IncidentModel(Model):
    """One incident: an organisation, a kind of incident, and the days between which it came out."""

    id: str = Field(examples=["incident-3f2a9c51d0b84e17"])
    label: str = Field(examples=["Acme data breach (2025)"])
    organisation: str | None
    kind: str = Field(examples=["data_breach"])
    first_day: date | None
    last_day: date | None
    aliases: list[str]
    article_count: int = Field(description="How many articles tell of it; 0 where all of them are withdrawn.")


class TellingModel(Model):
    """An article that tells of an incident, and why it is taken to be this one."""

    id: str
    reason: str | None


class IncidentDetail(IncidentModel):
    """One incident with its articles, what is known of it, and the livelihoods that articles tell to be touched."""

    articles: list[TellingModel]
    events: int
    claims: int
    figures: int
    livelihoods: list[str] = Field(description="Codes of groups whose living is told to be harmed or helped.")


class IncidentAnswer(IncidentDetail):
    """One incident, and the entry of the ledger that the answer shows."""

    seq: int


class GroupModel(Model):
    """One group of people, and how much is told of it."""

    code: str = Field(examples=["delivery_worker"])
    label: str
    livelihood: bool = Field(description="Whether it is one by its work; consumers, patients and investors are not.")
    impacts: int
    incidents: list[str]


class ArticleModel(Model):
    """One article in its current version; `characters` are Unicode code points, as all offsets are."""

    id: str
    title: str | None
    publisher: str | None
    published: date | None
    url: str | None
    characters: int
    versions: int
    incident: str | None


class ArticleAnswer(ArticleModel):
    """One article with its text, the ids of what it is a witness of, and the hashes of its versions, newest last."""

    seq: int
    text: str
    history: list[str]
    claims: list[str]
    figures: list[str]


class EvidenceModel(Model):
    """Where a statement stands, word for word: `text[start:end] == quote` of its article, in code points."""

    quote: str
    start: int
    end: int
    signal: str | None
    implied: bool
    speaker: str | None
    hedge: str
    article: str
    publisher: str | None
    published: date | None
    confidence: float
    rule: str


class RelationModel(Model):
    """How the later of two figures stands to the earlier."""

    later: str
    kind: str = Field(examples=["corrects"])
    earlier: str


class ContradictionModel(Model):
    """A sentence whose own amounts come to another percentage."""

    article: str
    quote: str
    amounts: list[str]
    expected: list[float]


class PositionModel(Model):
    """One figure on a measure: where it stands, its wording, its interval (null is open), and all its evidence."""

    standing: str = Field(examples=["current", "superseded", "disputed"])
    id: str
    text: str = Field(examples=["33.7 million"])
    low: float | None
    high: float | None
    qualifier: str
    direction: str
    thing: str | None
    speaker: str | None
    hedge: str
    interval: list[float | None] = Field(description="What the wording leaves open, rounding too: from and to.")
    relation: RelationModel | None = Field(description="How it and the current figure stand to each other.")
    sources: list[str]
    first: date | None = Field(description="The first day that an article gives it.")
    articles: list[str]
    quotes: list[str]
    contradictions: list[ContradictionModel]
    evidence: list[EvidenceModel]


class MeasureModel(Model):
    """All positions on one measure, the current one first; the same digits on another measure are another item."""

    incident: str
    measure: str = Field(examples=["customer account (count)"])
    unit: str
    group: str | None
    origins: list[str]
    positions: list[PositionModel]


class SideModel(Model):
    """One of the two sides of a disputed causal claim."""

    id: str
    negated: bool
    belief: float
    hedge: str
    evidence: list[EvidenceModel]


class DisputeModel(Model):
    """A measure on which speakers differ, or a causal claim that some make and others deny."""

    kind: Literal["figure", "claim"]
    incident: str
    what: str
    measure: MeasureModel | None = None
    sides: list[SideModel] = []


class QuoteModel(Model):
    """A quote that the words were found in."""

    text: str
    article: str
    start: int
    end: int


class HitModel(Model):
    """One thing that was found, and where its words stand: in its label, or in these quotes."""

    kind: Kind
    id: str
    incident: str | None
    label: str
    quotes: list[QuoteModel]
