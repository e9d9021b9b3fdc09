"""In: a question about incidents, groups or articles. Out: what the graph holds of them, page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query

from api.http.index import Index
from api.http.keys import require
from api.http.models import ArticleAnswer, ArticleModel, GroupModel, IncidentAnswer, IncidentModel, TellingModel
from api.http.paging import Page, Paged
from api.http.problems import Problem
from api.http.state import Held
from api.http.view import NOT_MODIFIED, Graph
from api.presenting import called
from breachtrace import Article, Assembled, Claim, EventNode, Incident
from graph.incidents import find_incident
from ontology.terms import GROUPS, NOT_LIVELIHOODS

READS: Final = [Depends(require("read"))]
router = APIRouter(prefix="/v1", tags=["what is known"], dependencies=READS, responses=NOT_MODIFIED)
Name = Annotated[str | None, Query(max_length=500, description="An incident's id, name or alias; all if left out.")]


@router.get("/incidents", summary="All incidents")
def incidents(graph: Graph, paging: Paged) -> Page[IncidentModel]:
    """List the incidents, by id; those that only withdrawn articles told of have no articles."""
    found, after = paging.cut(graph.incidents, lambda one: (one.id,))
    return Page(seq=graph.seq, items=[IncidentModel(**_incident(one)) for one in found], next=after)


@router.get("/incidents/{name}", summary="One incident")
def incident(
    name: Annotated[str, Path(max_length=500, description="Its id, name or alias.")], graph: Graph, service: Held
) -> IncidentAnswer:
    """Tell of one incident: its articles and why they are of it, what is known, and whose living it touches."""
    one, index = find_incident(graph, name), service.derived(graph, Index)
    events = index.events_of.get(one.id, [])
    touched = {event.group for event in events if _is_impact(event)}
    reasons = one.reasons or (None,) * len(one.articles)
    return IncidentAnswer(
        seq=graph.seq,
        **_incident(one),
        articles=[TellingModel(id=article, reason=why) for article, why in zip(one.articles, reasons, strict=True)],
        events=len(events),
        claims=len(index.claims_of.get(one.id, ())),
        figures=len(index.figures_of.get(one.id, ())),
        livelihoods=sorted(group for group in touched if group and group not in NOT_LIVELIHOODS),
    )


def _is_impact(event: EventNode) -> bool:
    return event.kind == "impact" and not event.negated and not event.unsupported


def _incident(one: Incident) -> dict[str, Any]:
    names = ("id", "label", "organisation", "kind", "first_day", "last_day")
    told = {name: getattr(one, name) for name in names}
    return {**told, "aliases": list(one.aliases), "article_count": len(one.articles)}


@router.get("/groups", summary="All groups of people")
def groups(graph: Graph, paging: Paged) -> Page[GroupModel]:
    """List the groups that articles can tell of, with how many impacts on them are told, and of which incidents."""
    told: dict[str, list[str]] = defaultdict(list)
    for event in graph.events:
        if event.group and _is_impact(event):
            told[event.group].append(event.incident)
    found, after = paging.cut(sorted(GROUPS), lambda code: (code,))
    return Page(seq=graph.seq, items=[_group(code, told.get(code, [])) for code in found], next=after)


def _group(code: str, told: list[str]) -> GroupModel:
    livelihood = code not in NOT_LIVELIHOODS
    incidents = sorted(set(told))
    return GroupModel(code=code, label=called(code), livelihood=livelihood, impacts=len(told), incidents=incidents)


@router.get("/articles", summary="All articles")
def articles(graph: Graph, paging: Paged, service: Held, incident: Name = None) -> Page[ArticleModel]:
    """List the current articles, by id; of one incident, or of all. Withdrawn ones are not among them."""
    index = service.derived(graph, Index)
    found, after = paging.cut(_articles(graph, index, incident), lambda one: (one.id,))
    return Page(seq=graph.seq, items=[ArticleModel(**_article(one, index)) for one in found], next=after)


def _articles(graph: Assembled, index: Index, incident: str | None) -> Iterator[Article]:
    if incident is None:
        yield from graph.articles
        return
    for article in sorted(find_incident(graph, incident).articles):
        yield index.articles[article]


@router.get("/articles/{article}", summary="One article")
def article(article: Annotated[str, Path(max_length=500)], graph: Graph, service: Held) -> ArticleAnswer:
    """Give an article's current version with its text, and the ids of what it is a witness of."""
    index = service.derived(graph, Index)
    known = index.articles.get(article)
    if known is None:
        told = "no current article has this id; it was never read, or is withdrawn; /v1/articles lists those there are"
        raise Problem(404, "No such article", told)
    stated = index.told_by.get(article, [])
    return ArticleAnswer(
        seq=graph.seq,
        **_article(known, index),
        text=known.text,
        history=list(index.versions.get(article, ())),
        claims=[one.id for one in stated if isinstance(one, Claim)],
        figures=[one.id for one in stated if not isinstance(one, Claim)],
    )


def _article(one: Article, index: Index) -> dict[str, Any]:
    names = ("id", "title", "publisher", "published", "url")
    told = {name: getattr(one, name) for name in names}
    counts = {"characters": len(one.text), "versions": len(index.versions.get(one.id, (1,)))}
    return {**told, **counts, "incident": index.incident_of.get(one.id)}
