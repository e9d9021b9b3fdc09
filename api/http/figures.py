"""In: a question about figures, disputes or words. Out: every position with its evidence, page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator

from api.http.incidents import Name
from api.http.index import Entry, Index
from api.http.keys import require
from api.http.models import DisputeModel, EvidenceModel, HitModel, Kind, MeasureModel, QuoteModel, SideModel
from api.http.paging import Page, Paged
from api.http.problems import Problem
from api.http.state import Held
from api.http.view import NOT_MODIFIED, Graph
from api.presenting import described, figures_data
from breachtrace import Assembled, Claim, Reconciled
from graph.identity import fold_label
from graph.incidents import find_incident
from ontology.terms import GROUPS

READS: Final = [Depends(require("read"))]
router = APIRouter(prefix="/v1", tags=["what is known"], dependencies=READS, responses=NOT_MODIFIED)


def _known(code: str) -> str:
    if code not in GROUPS:
        raise ValueError(f"no group has this code; /v1/groups lists them: {', '.join(GROUPS)}")
    return code


AsOf = Annotated[date | None, Query(description="Count only what was published by this day.", examples=["2025-11-30"])]
GroupCode = Annotated[
    str | None,
    AfterValidator(lambda code: code if code is None else _known(code)),
    Query(description="Only figures on this group.", json_schema_extra={"enum": list(GROUPS)}),
]


@router.get("/figures", summary="Every figure, by measure")
def figures(
    graph: Graph,
    paging: Paged,
    service: Held,
    incident: Name = None,
    measure: Annotated[str | None, Query(max_length=200, description="Words that the measure's name holds.")] = None,
    group: GroupCode = None,
    as_of: AsOf = None,
) -> Page[MeasureModel]:
    """List the measures with all positions on each: the current figure, what it supersedes, what disputes it."""
    index = service.derived(graph, Index)
    wanted = (
        one
        for one in _measures(graph, index, incident, as_of)
        if (measure is None or measure.casefold() in described(one).casefold())
        and (group is None or one.measure.group == group)
    )
    found, after = paging.cut(wanted, _key)
    return Page(seq=graph.seq, items=[_measure(one, index) for one in found], next=after)


def _measures(graph: Assembled, index: Index, incident: str | None, as_of: date | None = None) -> Iterator[Reconciled]:
    """Yield the measures, by incident and name."""
    wanted = sorted(index.figures_of) if incident is None else [find_incident(graph, incident).id]
    for one in wanted:
        yield from index.measures(one, as_of)


def _key(one: Reconciled) -> tuple[str, ...]:
    return one.measure.incident, str(one.measure)


def _measure(one: Reconciled, index: Index) -> MeasureModel:
    (data,) = figures_data([one], index.contradictions)
    witnesses = {position.figure.id: position.figure.witnesses for position in one.positions}
    for position in data["positions"]:
        position["evidence"] = [index.context.witness(witness) for witness in witnesses[position["id"]]]
    return MeasureModel(incident=one.measure.incident, **data)


@router.get("/disputes", summary="What speakers differ on")
def disputes(graph: Graph, paging: Paged, service: Held, incident: Name = None) -> Page[DisputeModel]:
    """List the measures on which speakers differ, and the causal claims that some make and others deny."""
    index = service.derived(graph, Index)
    wanted = sorted(index.incidents) if incident is None else [find_incident(graph, incident).id]
    keyed = (pair for one in wanted for pair in _disputes(one, index))
    found, after = paging.cut(keyed, lambda pair: pair[0])
    return Page(seq=graph.seq, items=[_dispute(of, index) for _, of in found], next=after)


def _disputes(incident: str, index: Index) -> Iterator[tuple[tuple[str, ...], Reconciled | list[Claim]]]:
    """Yield what is disputed of one incident, with its key: claims, then figures."""
    pairs: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in index.claims_of.get(incident, ()):
        if not claim.unsupported:
            pairs[incident, "claim", claim.cause, claim.effect, claim.relation].append(claim)
    yield from ((key, pairs[key]) for key in sorted(pairs) if len({claim.negated for claim in pairs[key]}) > 1)
    for one in index.measures(incident):
        if any(relation.kind == "disputes" for relation in one.relations):
            yield (incident, "figure", str(one.measure)), one


def _dispute(of: Reconciled | list[Claim], index: Index) -> DisputeModel:
    if isinstance(of, Reconciled):
        what = described(of)
        return DisputeModel(kind="figure", incident=of.measure.incident, what=what, measure=_measure(of, index))
    cause, effect = index.events[of[0].cause], index.events[of[0].effect]
    what = f"{cause.label} {of[0].relation} {effect.label}"
    return DisputeModel(kind="claim", incident=cause.incident, what=what, sides=[_side(one, index) for one in of])


def _side(claim: Claim, index: Index) -> SideModel:
    evidence = [EvidenceModel(**index.context.witness(witness)) for witness in claim.witnesses]
    told = {name: getattr(claim, name) for name in ("id", "negated", "belief", "hedge")}
    return SideModel(**told, evidence=evidence)


@router.get("/search", summary="Search labels and quotes")
def search(
    graph: Graph,
    paging: Paged,
    service: Held,
    q: Annotated[str, Query(min_length=1, max_length=200, description="Words; all of them have to be there.")],
    kind: Annotated[Kind | None, Query(description="Only this kind.")] = None,
    incident: Name = None,
) -> Page[HitModel]:
    """Find what has all the words in its label or in one quote: labels first, and the words as they were sent first."""
    words = fold_label(q)
    if not words:
        raise Problem(422, "Nothing to search", "send one or more words in `q`")
    place = None if incident is None else find_incident(graph, incident).id
    entries = service.derived(graph, Index).entries
    wanted = (one for one in entries if kind in (None, one.kind) and place in (None, one.incident))
    ranked = sorted((rank, one.kind, one.id, one) for one in wanted if (rank := _rank(one, words)) is not None)
    found, after = paging.cut(ranked, lambda hit: hit[:3])
    return Page(seq=graph.seq, items=[_hit(one, words) for *_, one in found], next=after)


def _rank(entry: Entry, words: str) -> str | None:
    """Return how well an entry fits, the best first in the order of text; None where it does not."""
    if _holds(entry.folded, words):
        return "0" if words in entry.folded else "1"
    if any(_holds(quote, words) for quote in entry.folded_quotes):
        return "2" if any(words in quote for quote in entry.folded_quotes) else "3"
    return None


def _holds(text: str, words: str) -> bool:
    return all(word in text for word in words.split())


def _hit(entry: Entry, words: str) -> HitModel:
    names = ("text", "article", "start", "end")
    pairs: Iterable[tuple[Any, str]] = zip(entry.quotes, entry.folded_quotes, strict=True)
    quotes = [QuoteModel(**dict(zip(names, quote, strict=True))) for quote, folded in pairs if _holds(folded, words)]
    told = {name: getattr(entry, name) for name in ("kind", "id", "incident", "label")}
    return HitModel(**told, quotes=quotes)
