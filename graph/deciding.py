"""In: what a curator wants to decide, and the graph that it is about. Out: an entry in the ledger, or a reason why not.

A decision is held against the graph before it is noted, so that none in the ledger speaks of what was never there.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from graph.assembled import Assembled
from graph.curation import BY_WAY_OF
from graph.errors import CurationError
from graph.ledger import Decision, Ledger
from ontology.terms import ID

VERBS: Final = ("accept", "reject", "merge", "split", "recommend", "same", "undo")
_WHERE: Final = {
    "incident": "`breachtrace query incidents`",
    "event": "`breachtrace trace INCIDENT --json`",
    "claim": "`breachtrace query links -p incident=INCIDENT`",
    "figure": "`breachtrace figures INCIDENT --json`",
}
_NEAR: Final = 3


def decide(
    ledger: Ledger, graph: Assembled, verb: str, subject: str, others: Sequence[str], by: str, why: str | None
) -> Decision:
    """Note a decision, and return it as it stands in the ledger.

    Args:
        ledger: The ledger.
        graph: The graph of it, as it is now.
        verb: One of `VERBS`.
        subject: What it is about: the id of a node, a firm's name (`same`), or the `seq` of a decision (`undo`).
        others: The other node (`merge`), the other name (`same`), the articles (`split`); nothing for the rest.
        by: Who decides.
        why: The reason; kept with it.

    Raises:
        CurationError: The verb, an id, an article or a `seq` is unknown, or they do not go together.
    """
    if not by.strip():
        raise CurationError("a decision needs somebody who makes it; say who with --by, or set USER")
    if verb not in _DETAILS:
        raise CurationError(f"{verb!r} is nothing to decide; one of {', '.join(VERBS)}")
    subject, others = subject.removeprefix(ID).strip(), [other.removeprefix(ID).strip() for other in others]
    detail = {**_DETAILS[verb](graph, subject, others), **_place(graph, subject)}
    if why:
        detail["why"] = why
    seq = ledger.decide(verb, subject, by, detail)
    return next(one for one in ledger.decisions() if one.seq == seq)


def _place(graph: Assembled, subject: str) -> Mapping[str, str]:
    """Return, as a detail, an article of the incident that a node is part of; nothing for what is no such node."""
    events = {event.id: event.incident for event in graph.events}
    claims = {claim.id: events[claim.cause] for claim in graph.claims}
    figures = {figure.id: figure.incident for figure in graph.figures}
    incidents = {incident.id: incident.articles for incident in graph.incidents}
    articles = incidents.get({**events, **claims, **figures}.get(subject, subject), ())
    return {BY_WAY_OF: articles[0]} if articles else {}


def retract(ledger: Ledger, article: str, why: str) -> bool:
    """Withdraw an article; False where it was withdrawn before.

    Raises:
        CurationError: The ledger holds no article with this id.
    """
    if not any(ledger.read([article])) and not any(ledger.withdrawn([article])):
        known = (one.article.id for one in ledger.current())
        raise CurationError(f"no article has the id {article!r}; {_near(article, known)}")
    return ledger.retract(article, why)


def _statement(graph: Assembled, subject: str, others: Sequence[str], kinds: Sequence[str]) -> Mapping[str, Any]:
    _expect(others, 0, "takes one id and nothing else")
    known = _ids(graph, kinds) | {one.subject for one in graph.decisions if one.verb in ("accept", "reject")}
    _check(subject, known, kinds)
    return {}


def _judged(graph: Assembled, subject: str, others: Sequence[str]) -> Mapping[str, Any]:
    return _statement(graph, subject, others, ("claim", "figure"))


def _recommended(graph: Assembled, subject: str, others: Sequence[str]) -> Mapping[str, Any]:
    return _statement(graph, subject, others, ("figure",))


def _merged(graph: Assembled, subject: str, others: Sequence[str]) -> Mapping[str, Any]:
    _expect(others, 1, "takes two ids: the one that stays, and the one that is the same")
    kinds = ("incident", "event")
    for key in (subject, others[0]):
        _check(key, _ids(graph, kinds), kinds)
    places = {event.id: event.incident for event in graph.events}
    if subject == others[0] or (subject in places) != (others[0] in places):
        raise CurationError(f"{subject} and {others[0]} cannot be merged; give two incidents, or two events")
    if places.get(subject) != places.get(others[0]):
        raise CurationError(f"the events {subject} and {others[0]} are of two incidents; merge the incidents first")
    return {"with": others[0]}


def _split(graph: Assembled, subject: str, others: Sequence[str]) -> Mapping[str, Any]:
    kinds = ("incident", "event")
    _check(subject, _ids(graph, kinds), kinds)
    tell: dict[str, set[str]] = {one.id: set(one.articles) for one in graph.incidents}
    tell |= {one.id: {mention.article for mention in one.mentions} for one in graph.events}
    telling = sorted(tell[subject])
    if not others or set(others) - tell[subject]:
        wrong = ", ".join(sorted(set(others) - tell[subject])) or "no article"
        raise CurationError(f"{wrong} cannot be split off from {subject}; it is told by {', '.join(telling)}")
    if set(others) == tell[subject]:
        raise CurationError(f"all articles that tell of {subject} cannot be split off from it; leave one or more out")
    return {"articles": sorted(set(others))}


def _same(graph: Assembled, subject: str, others: Sequence[str]) -> Mapping[str, Any]:
    _expect(others, 1, "takes two names of one firm")
    known = {alias for one in graph.incidents for alias in (*one.aliases, *filter(None, [one.organisation]))}
    for name in (subject, others[0]):
        if name.casefold() not in {alias.casefold() for alias in known}:
            raise CurationError(f"no firm of an incident is called {name!r}; {_near(name, known)}")
    return {"as": others[0]}


def _undone(graph: Assembled, subject: str, others: Sequence[str]) -> Mapping[str, Any]:
    _expect(others, 0, "takes the number of one decision")
    made = {str(one.seq) for one in graph.decisions if one.verb != "undo"}
    if subject not in made:
        raise CurationError(f"no decision has the number {subject!r}; `breachtrace curate list` shows them")
    return {"seq": int(subject)}


_DETAILS: Final[Mapping[str, Callable[[Assembled, str, Sequence[str]], Mapping[str, Any]]]] = {
    "accept": _judged,
    "reject": _judged,
    "merge": _merged,
    "split": _split,
    "recommend": _recommended,
    "same": _same,
    "undo": _undone,
}


def _ids(graph: Assembled, kinds: Iterable[str]) -> set[str]:
    return {node.id for kind in kinds for node in getattr(graph, f"{kind}s")}


def _check(key: str, known: Collection[str], kinds: Sequence[str]) -> None:
    if key not in known:
        shown = " and ".join(f"{_WHERE[kind]} shows those of {kind}s" for kind in kinds)
        raise CurationError(f"no {' or '.join(kinds)} has the id {key!r}; {shown}")


def _expect(others: Sequence[str], count: int, told: str) -> None:
    if len(others) != count:
        raise CurationError(f"{len(others) + 1} given; it {told}")


def _near(name: str, known: Iterable[str]) -> str:
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=_NEAR, cutoff=0.5) or names[:_NEAR]
    return f"did you mean {', '.join(near)}?" if near else "the store holds none; ingest articles first"
