"""In: nothing. Out: what a trace may be asked over HTTP, and the form of its answer, as OpenAPI tells them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.http.models import EvidenceModel
from graph.question import Question
from graph.selection import HARMFUL, Filters

Text = Annotated[str, Field(max_length=500)]
Share = Annotated[float, Field(ge=0, le=1)]
Relation = Literal["causes", "enables", "prevents", "includes"]
Hedge = Literal["asserted", "reported", "alleged", "estimated", "possible", "predicted", "conditional"]
Form = Literal["json", "jsonld", "turtle", "csv", "graphml", "mermaid"]


class TraceQuery(BaseModel):
    """The parameters of a trace; see `docs/tracing.md`."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    incident: Text | None = Field(
        None, description="Where it starts: an incident's id, name or alias; or an event's id.", min_length=1
    )
    start: Text | None = Field(
        None, alias="from", description="The same as `incident`; one of the two is given.", min_length=1
    )
    to: Text | None = Field(
        None, description="A group's code, an event's id, or * for every event; all livelihoods if left out."
    )
    direction: Literal["forward", "back"] = Field("forward", description="What it led to, or what led to it.")
    k: int = Field(3, ge=1, le=100, description="The most paths to each group or event.")
    group_by: Literal["group", "event"] = Field("group", description="What the k paths are counted for.")
    max_hops: int | None = Field(None, ge=1, le=1000, description="The most links of a path.")
    min_belief: Share = Field(0.0, description="The least belief of a path as a whole.")
    min_link_belief: Share = Field(0.0, description="The least belief of each link.")
    min_origins: int = Field(0, ge=0, le=1000, description="The fewest independent origins of each link.")
    max_hedge: Hedge = Field("conditional", description="The loosest wording of a link.")
    relations: list[Relation] = Field(list(HARMFUL), description="The relations that links may have.")
    as_of: date | None = Field(None, description="Count only what was published by this day.")
    exclude: list[Text] = Field([], max_length=1000, description="Ids of events and claims to leave out.")
    include_denied: bool = Field(False, description="Take links that articles deny, too.")
    include_disputed: bool = Field(True, description="Take links that some affirm and some deny.")
    timeout: float = Field(10.0, ge=0, le=60, description="Seconds, after which what is proven is the answer.")
    format: Form | None = Field(None, description="The form of the answer; by the Accept header if left out.")
    min_seq: int | None = Field(None, ge=0, description="The least `seq` that the answer is to show.")

    @model_validator(mode="after")
    def _starts(self) -> Self:
        if (self.incident is None) == (self.start is None):
            raise ValueError("say where to start, as `incident`: an incident's id, name or alias, or an event's id")
        return self

    @property
    def begin(self) -> str:
        """Where it starts."""
        return self.incident or self.start or ""

    def question(self) -> Question:
        """Give what is asked, without where it starts."""
        return Question(
            to=self.to,
            k=self.k,
            per_event=self.group_by == "event",
            back=self.direction == "back",
            max_hops=self.max_hops,
            min_belief=self.min_belief,
            timeout=self.timeout,
            filters=Filters(
                relations=tuple(self.relations),
                min_link_belief=self.min_link_belief,
                min_origins=self.min_origins,
                max_hedge=self.max_hedge,
                as_of=self.as_of,
                exclude=frozenset(self.exclude),
                denied=self.include_denied,
                include_disputed=self.include_disputed,
            ),
        )


class TracedFigure(BaseModel):
    """A figure on an event: its wording, and its interval (null is open)."""

    id: str
    text: str
    low: float | None
    high: float | None
    qualifier: str
    unit: str
    thing: str | None
    direction: str
    group: str | None
    speaker: str | None
    hedge: str
    articles: list[str]


class TracedEvent(BaseModel):
    """An event of a path, with the figures that measure it."""

    id: str
    label: str
    kind: str
    type: str
    reasons: list[str]
    group: str | None
    effect: str | None
    figures: list[TracedFigure]


class TracedHop(EvidenceModel):
    """One link: what it joins, how far to believe it, its best evidence in front, and all of it in `evidence`."""

    id: str
    cause: TracedEvent
    effect: TracedEvent
    relation: str
    negated: bool
    belief: float
    origins: int
    evidence: list[EvidenceModel]


class TracedPath(BaseModel):
    """One path, from its first cause to its last effect, with what it rests on."""

    sentence: str
    effect: str
    belief: float = Field(description="The product of the hops' beliefs.")
    weakest_hop: int = Field(description="The place of the least believed hop, from 0.")
    strongest_hedge: str = Field(description="The least firm wording of any hop.")
    speakers: list[str]
    single_narrative: bool = Field(description="Whether no more than one origin stands behind all of it.")
    inferred_joins: list[int] = Field(description="Places of hops that share no article with the next one.")
    hops: list[TracedHop]


class Goal(BaseModel):
    """The paths to one group, or to one event."""

    goal: str
    group: str | None
    proven: bool = Field(description="Whether these are the most believed paths, or all; false where time was up.")
    paths: list[TracedPath]


class TracedIncident(BaseModel):
    """The incident of the start."""

    id: str
    label: str
    organisation: str | None
    articles: list[str]


class TraceAnswer(BaseModel):
    """The paths, goal by goal, the one with the most believed path first."""

    seq: int
    incident: TracedIncident
    start: TracedEvent | None
    direction: str
    complete: bool = Field(description="Whether all goals are proven.")
    livelihoods: list[Goal]
    unreached: list[TracedEvent] = Field(description="Impacts that are told and that no such path reaches.")
    unproven: list[str]
