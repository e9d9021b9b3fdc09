"""In: gold and found articles in the JSON form of the annotation guidelines. Out: hits, found and gold per task.

Figures hit where spans overlap and interval and unit agree (1 %); events where spans overlap by half of the shorter;
links where both ends meet events of the gold link; group mentions where they overlap and have one code. Livelihoods
are the affected groups, traces those of them that the breach reaches along links that are neither denied nor
preventive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx

from ontology.terms import NOT_LIVELIHOODS

Row = Mapping[str, Any]
TASKS = ("quantities", "events", "links", "group_mentions", "livelihoods", "traces")
EMPTY: Row = {"quantities": (), "events": (), "links": (), "groups": (), "breach": None}


@dataclass(frozen=True, slots=True)
class Count:
    """Hits, rows found and rows in the gold; counts add up over articles (micro average)."""

    hits: int = 0
    found: int = 0
    gold: int = 0

    def __add__(self, other: Count) -> Count:
        """Add up the counts of two articles."""
        return Count(self.hits + other.hits, self.found + other.found, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """Share of the found rows that hit, 0 where nothing was found."""
        return self.hits / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold rows that were hit, 0 where there are none."""
        return self.hits / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall.

        >>> Count(hits=1, found=2, gold=1).f1
        0.6666666666666666
        """
        return 2 * self.hits / (self.found + self.gold) if self.hits else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """One article's count per task, its attribute agreements over the hits, and a line per miss."""

    tasks: Mapping[str, Count]
    attributes: Mapping[str, Count]
    misses: tuple[str, ...]


def score(gold: Row, found: Row | None) -> Score:
    """Compare one article; None for `found` counts all of the gold as missed.

    Raises:
        ValueError: The two are not about the same text.
    """
    found = {**EMPTY, "text": gold["text"]} if found is None else found
    if gold["text"] != found["text"]:
        raise ValueError(f"{gold['id']}: the found text is not the gold text; extract the gold file's own text")
    gold, found = ({**article, "group_mentions": _mentions(article)} for article in (gold, found))
    fits = {
        "quantities": _same_figure,
        "events": _same_event,
        "links": _same_link(gold, found),
        "group_mentions": _same_mention,
    }
    pairs = {task: _pair_up(gold[task], found[task], fit) for task, fit in fits.items()}
    tasks = {task: Count(len(pairs[task]), len(found[task]), len(gold[task])) for task in fits}
    for task, view in (("livelihoods", _livelihoods), ("traces", _traces)):
        ours, theirs = view(found), view(gold)
        tasks[task] = Count(len(ours & theirs), len(ours), len(theirs))
    return Score(tasks, dict(_attributes(pairs)), tuple(_misses(gold, found, pairs)))


def total(scores: Iterable[Score]) -> Score:
    """Add up the scores of many articles; misses follow one another in the order given."""
    tasks: dict[str, Count] = dict.fromkeys(TASKS, Count())
    attributes: dict[str, Count] = {}
    misses: list[str] = []
    for one in scores:
        tasks = {task: tasks[task] + one.tasks[task] for task in TASKS}
        for name, count in one.attributes.items():
            attributes[name] = attributes.get(name, Count()) + count
        misses.extend(one.misses)
    return Score(tasks, attributes, tuple(misses))


def _pair_up(gold: Sequence[Row], found: Sequence[Row], fit: Callable[[Row, Row], bool]) -> list[tuple[Row, Row]]:
    graph: nx.Graph[tuple[str, int]] = nx.Graph()
    ours = [("found", index) for index in range(len(found))]
    graph.add_nodes_from(("gold", index) for index in range(len(gold)))
    graph.add_nodes_from(ours)
    for g, theirs in enumerate(gold):
        graph.add_edges_from((("gold", g), ("found", f)) for f, row in enumerate(found) if fit(theirs, row))
    matching = nx.bipartite.hopcroft_karp_matching(graph, top_nodes=ours)
    return [(gold[matching[node][1]], found[node[1]]) for node in ours if node in matching]


def _overlap(one: Row, other: Row) -> int:
    """Characters that both cover; zero or less where they do not touch."""
    return int(min(one["end"], other["end"]) - max(one["start"], other["start"]))


def _meet(one: Row, other: Row) -> bool:
    """Whether some pair of their spans overlaps by at least half of the shorter."""
    return any(
        _overlap(a, b) > 0 and 2 * _overlap(a, b) >= min(a["end"] - a["start"], b["end"] - b["start"])
        for a in one["spans"]
        for b in other["spans"]
    )


def _same_event(gold: Row, found: Row) -> bool:
    return _meet(gold, found)


def _mentions(article: Row) -> list[Row]:
    return [{**span, "group": group["group"]} for group in article["groups"] for span in group["spans"]]


def _same_mention(gold: Row, found: Row) -> bool:
    return bool(gold["group"] == found["group"]) and _overlap(gold, found) > 0


def _same_figure(gold: Row, found: Row) -> bool:
    bounds = all(_close(gold[side], found[side]) for side in ("low", "high"))
    return bounds and gold["unit"] == found["unit"] and _overlap(gold, found) > 0


def _close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 0.01 * max(abs(one), abs(other))


def _same_link(gold: Row, found: Row) -> Callable[[Row, Row], bool]:
    theirs = {event["id"]: event for event in gold["events"]}
    ours = {event["id"]: event for event in found["events"]}
    return lambda g, f: all(_meet(theirs[g[end]], ours[f[end]]) for end in ("cause", "effect"))


def _livelihoods(article: Row) -> set[str]:
    return {group["group"] for group in article["groups"] if group.get("affected")} - NOT_LIVELIHOODS


def _traces(article: Row) -> set[str]:
    effects: defaultdict[str, list[str]] = defaultdict(list)
    for link in article["links"]:
        if not link.get("negated") and link.get("relation") != "prevents":
            effects[link["cause"]].append(link["effect"])
    todo = [article["breach"]] if article.get("breach") else []
    reached: set[str] = set()
    while todo:
        event = todo.pop()
        if event not in reached:
            reached.add(event)
            todo += effects[event]
    hit = {event["group"] for event in article["events"] if event["id"] in reached and event["kind"] == "impact"}
    return {group for group in hit if group} - NOT_LIVELIHOODS


def _attributes(pairs: Mapping[str, list[tuple[Row, Row]]]) -> Iterator[tuple[str, Count]]:
    compared: dict[str, dict[str, object]] = {
        "quantities": {"qualifier": None, "direction": None, "group": None},
        "links": {"relation": "causes", "negated": False, "hedge": "asserted"},
    }
    for task, names in compared.items():
        for name, default in names.items():
            hits = sum(g.get(name, default) == f.get(name, default) for g, f in pairs[task])
            yield f"{task}.{name}", Count(hits, len(pairs[task]), len(pairs[task]))
    hits = sum(_head(g.get("thing")) == _head(f.get("thing")) for g, f in pairs["quantities"])
    yield "quantities.thing", Count(hits, len(pairs["quantities"]), len(pairs["quantities"]))


def _head(thing: str | None) -> str:
    """The head word of what is counted, without a plural's s: `monthly users of the app` gives `user`."""
    words = (thing or "").lower().partition(" of ")[0].split()
    return words[-1].rstrip("s") if words else ""


def _misses(gold: Row, found: Row, pairs: Mapping[str, list[tuple[Row, Row]]]) -> Iterator[str]:
    for task, hits in pairs.items():
        for mark, side, source in (("missed", 0, gold), ("wrong", 1, found)):
            matched = {id(pair[side]) for pair in hits}
            for row in source[task]:
                if id(row) not in matched:
                    yield f"{gold['id']}: {task}: {mark}: {_told(row, source)}"


def _told(row: Row, source: Row) -> str:
    labels = {event["id"]: event["spans"][0]["text"] for event in source["events"]}
    if "cause" in row:
        text = f"{labels[row['cause']]} -> {labels[row['effect']]}"
        rule = (row.get("evidence") or {}).get("rule")
    else:
        text = row["text"] if "text" in row else labels[row["id"]]
        rule = row.get("rule")
    return f"{text} [{rule}]" if rule else text
