import math
from dataclasses import replace
from datetime import date
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.assembled import Assembled
from graph.assembly import assemble
from graph.errors import TraceError
from graph.identity import breach_id
from graph.trace import Trace, trace
from ontology.records import Extraction
from tests.graph.telling import figure, link, tell

ORDERS, INCOME, JOBS = "orders_fall", "income_falls@driver", "jobs_lost@farmer"


def traced(*articles: Extraction, **options: object) -> Trace:
    graph = assemble(articles, 5)
    return trace(graph, graph.incidents[0], **options)  # type: ignore[arg-type]


def test_a_path_runs_from_the_breach_to_the_livelihood_with_its_claims() -> None:
    found = traced(tell("a1", link("breach", ORDERS), link(ORDERS, INCOME, hedge="possible", speaker="Kim")))
    (path,) = found.paths
    assert [event.type for event in path.events] == ["data_breach", "orders_fall", "income_falls"]
    assert [(hop.cause, hop.effect) for hop in path.hops] == list(pairwise(event.id for event in path.events))
    assert path.belief == pytest.approx(math.prod(hop.belief for hop in path.hops))
    assert (path.group, path.effect, path.weakest, path.loosest_hedge) == ("driver", "harm", 1, "possible")
    assert (path.speakers, path.articles, path.single_narrative) == (("Kim",), ("a1",), False)
    assert path.inferred_joins == ()
    assert (found.seq, found.unreached) == (5, ())


def test_a_join_that_only_merging_made_is_marked() -> None:
    (path,) = traced(tell("a1", link("breach", ORDERS)), tell("a2", link(ORDERS, INCOME))).paths
    assert path.inferred_joins == (0,)
    assert not path.single_narrative
    (path,) = traced(tell("a1", link("breach", ORDERS)), tell("a2", link("breach", ORDERS), link(ORDERS, INCOME))).paths
    assert path.inferred_joins == ()


def test_what_comes_from_one_mouth_is_marked() -> None:
    (path,) = traced(tell("a1", link("breach", ORDERS), link(ORDERS, INCOME))).paths
    assert path.single_narrative


def test_what_no_path_reaches_is_said() -> None:
    found = traced(tell("a1", link("breach", INCOME), link("sales_fall", JOBS)))
    assert [path.group for path in found.paths] == ["driver"]
    assert [event.group for event in found.unreached] == ["farmer"]


def test_benefits_are_traced_and_consumers_only_if_asked() -> None:
    told = tell("a1", link("breach", "orders_rise@small_merchant+"), link("breach", "distress@consumer"))
    assert [(path.group, path.effect) for path in traced(told).paths] == [("small_merchant", "benefit")]
    assert [path.group for path in traced(told, to="consumer").paths] == ["consumer"]
    assert traced(told, to="teacher").paths == ()


def test_denied_and_averted_steps_are_taken_only_if_asked() -> None:
    denied = tell("a1", link("breach", INCOME, negated=True))
    assert (traced(denied).paths, len(traced(denied).unreached)) == ((), 1)
    assert len(traced(denied, denied=True).paths) == 1
    averted = tell("a1", link("breach", "aid"), link("aid", INCOME, "prevents"))
    assert traced(averted).paths == ()
    assert len(traced(averted, relations=("causes", "prevents")).paths) == 1


def test_what_did_not_happen_is_no_impact() -> None:
    found = traced(tell("a1", link("breach", f"no {INCOME}")))
    assert (found.paths, found.unreached) == ((), ())


def test_k_counts_paths_of_a_group_or_of_an_impact() -> None:
    told = tell(
        "a1",
        link("breach", INCOME, confidence=0.9),
        link("breach", "hours_cut@driver", confidence=0.8),
        link("breach", "hardship@driver", confidence=0.7),
    )
    assert [path.events[-1].type for path in traced(told, k=2).paths] == ["income_falls", "hours_cut"]
    assert len(traced(told, k=2, per_event=True).paths) == 3


def test_a_trace_goes_back_to_what_led_to_an_event() -> None:
    told = tell("a1", link("breach", ORDERS), link("sales_fall", ORDERS), link(ORDERS, INCOME))
    graph = assemble([told], 5)
    income = next(event for event in graph.events if event.type == "income_falls")
    found = trace(graph, income, back=True)
    assert {path.events[0].type for path in found.paths} == {"data_breach", "sales_fall"}
    assert {path.events[-1] for path in found.paths} == {income}
    assert found.incident == graph.incidents[0]
    (path,) = trace(graph, income, graph.events[[e.type for e in graph.events].index(ORDERS)].id, back=True).paths
    assert [event.type for event in path.events] == [ORDERS, "income_falls"]


def test_a_trace_starts_at_any_event_and_ends_at_any() -> None:
    graph = assemble([tell("a1", link("breach", ORDERS), link(ORDERS, "sales_fall"), link("sales_fall", INCOME))], 5)
    ids = {event.type: event for event in graph.events}
    (path,) = trace(graph, ids[ORDERS], ids["sales_fall"].id).paths
    assert (path.goal, len(path.hops)) == (ids["sales_fall"].id, 1)
    assert {path.goal for path in trace(graph, graph.incidents[0], "*").paths} == {
        ids[ORDERS].id,
        ids["sales_fall"].id,
        "driver",
    }
    with pytest.raises(TraceError, match="astronaut"):
        trace(graph, graph.incidents[0], "astronaut")


def test_limits_leave_out_what_is_beyond_them() -> None:
    told = tell(
        "a1",
        link("breach", INCOME, confidence=0.3),
        link("breach", ORDERS, hedge="possible", speaker="Kim Min-ji"),
        link(ORDERS, INCOME),
    )
    again = tell("a2", link("breach", INCOME, confidence=0.3), publisher="The Post")
    graph = assemble([told, again], 5)
    direct, around = 1, 2

    def lengths(**asked: object) -> list[int]:
        return sorted(len(path.hops) for path in trace(graph, graph.incidents[0], **asked).paths)  # type: ignore[arg-type]

    assert lengths() == [direct, around]
    assert lengths(k=1) == lengths(max_hops=1) == lengths(max_hedge="asserted") == lengths(min_origins=2) == [direct]
    best = max(path.belief for path in trace(graph, graph.incidents[0]).paths)
    assert len(lengths(min_belief=best)) == 1
    assert lengths(min_belief=best + 0.001) == []
    whole = {(claim.cause, claim.effect): claim for claim in graph.claims}
    shortcut = next(path for path in trace(graph, graph.incidents[0]).paths if len(path.hops) == 1)
    assert lengths(exclude=frozenset({whole[shortcut.events[0].id, shortcut.events[1].id].id})) == [around]
    assert lengths(exclude=frozenset({event.id for event in graph.events if event.type == ORDERS})) == [direct]
    assert trace(graph, graph.incidents[0], min_belief=best + 0.001).unreached[0].group == "driver"
    for wrong in ({"k": 0}, {"max_hops": 0}, {"min_belief": 2.0}, {"max_hedge": "sworn"}, {"relations": ("is",)}):
        with pytest.raises(TraceError, match=next(iter(wrong))):
            trace(graph, graph.incidents[0], **wrong)


def test_a_trace_of_an_earlier_day_knows_what_was_published_by_then() -> None:
    first = tell("a1", link("breach", INCOME), figure(3, 3, "jobs", INCOME), published=date(2025, 5, 1))
    later = tell(
        "a2",
        link("breach", INCOME, speaker="Kim Min-ji"),
        link("breach", JOBS),
        figure(9, 9, "jobs", INCOME),
        published=date(2025, 6, 1),
    )
    denial = tell("a3", link("breach", INCOME, negated=True, speaker="Acme"), published=date(2025, 7, 1))
    graph = assemble([first, later, denial], 5)
    then = assemble([first], 5)
    (path,) = trace(graph, graph.incidents[0], as_of=date(2025, 5, 31)).paths
    (wanted,) = trace(then, then.incidents[0]).paths
    assert (path.belief, path.articles, path.hops[0].origins) == (wanted.belief, wanted.articles, 1)
    assert [figure.low for figure in path.figures[-1]] == [3]
    both = assemble([first, later], 5)
    found = trace(graph, graph.incidents[0], as_of=date(2025, 6, 30)).paths
    assert [one.belief for one in found] == [one.belief for one in trace(both, both.incidents[0]).paths]
    before = trace(graph, graph.incidents[0], as_of=date(2025, 4, 30))
    assert (before.paths, before.unreached, before.incident.articles) == ((), (), ())


def test_what_was_told_later_does_not_show_in_what_no_path_reaches_either() -> None:
    first = tell("a1", link("sales_fall", INCOME), published=date(2025, 5, 1))
    later = tell("a2", link("sales_fall", JOBS), link("sales_fall", INCOME), published=date(2025, 6, 1))
    graph = assemble([first, later], 5)

    def told(day: date) -> tuple[list[tuple[str | None, set[str]]], tuple[str, ...]]:
        found = trace(graph, graph.incidents[0], as_of=day)
        shown = [(event.group, {mention.article for mention in event.mentions}) for event in found.unreached]
        return sorted(shown, key=str), found.incident.articles

    assert told(date(2025, 4, 30)) == ([], ())
    assert told(date(2025, 5, 31)) == ([("driver", {"a1"})], ("a1",))
    assert told(date(2025, 6, 1)) == ([("driver", {"a1", "a2"}), ("farmer", {"a2"})], ("a1", "a2"))


def test_what_some_deny_is_left_out_if_asked() -> None:
    told = tell("a1", link("breach", INCOME), link("breach", JOBS))
    graph = assemble([told, tell("a2", link("breach", INCOME, negated=True, speaker="Acme"))], 5)
    assert {path.group for path in trace(graph, graph.incidents[0]).paths} == {"driver", "farmer"}
    agreed = trace(graph, graph.incidents[0], include_disputed=False)
    assert [path.group for path in agreed.paths] == ["farmer"]


def test_time_that_is_up_is_said() -> None:
    told = tell("a1", link("breach", ORDERS), link(ORDERS, INCOME), link("breach", INCOME))
    found = traced(told, timeout=0.0)
    assert (len(found.paths), found.unproven) == (1, ("driver",))
    assert traced(told, timeout=60.0).unproven == ()


def test_an_article_on_another_matter_ends_in_no_path() -> None:
    found = traced(tell("a1", link("sales_fall", INCOME)))
    assert (found.paths, len(found.unreached)) == ((), 1)


def test_another_firms_breach_is_no_beginning() -> None:
    told = tell("a1", link("breach", ORDERS), link("other:the attack on Bolt", INCOME))
    events = (*told.events[:2], replace(told.events[2], kind="breach", type="data_breach"), *told.events[3:])
    found = traced(replace(told, events=events))
    assert (found.paths, len(found.unreached)) == ((), 1)


NAMES = ("breach", "orders_fall", "sales_fall", "usage_falls", "debt_rises@driver", "hours_cut@driver", JOBS)
EDGES = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1]),
    st.floats(0.2, 0.94),
    max_size=24,
)


def every_path(graph: Assembled, group: str) -> list[float]:
    """Return the beliefs of all simple paths from the breach to a group, by trying all of them."""
    network: nx.DiGraph[str] = nx.DiGraph()
    for claim in graph.claims:
        network.add_edge(claim.cause, claim.effect, belief=claim.belief)
    start = breach_id(graph.incidents[0].id)
    ends = {event.id for event in graph.events if event.group == group} & set(network)
    found = nx.all_simple_paths(network, start, ends) if start in network and ends else ()
    return sorted((math.prod(network.edges[pair]["belief"] for pair in pairwise(path)) for path in found), reverse=True)


@settings(max_examples=60, deadline=None)
@given(EDGES, st.integers(1, 6))
def test_the_k_best_paths_are_those_of_trying_all(edges: dict[tuple[str, str], float], k: int) -> None:
    told = tell("a1", *(link(*pair, confidence=confidence) for pair, confidence in edges.items()))
    graph = assemble([told], 1)
    found = trace(graph, graph.incidents[0], k=k)
    for group in ("driver", "farmer"):
        mine = [path.belief for path in found.paths if path.group == group]
        assert mine == pytest.approx(every_path(graph, group)[:k])
    for path in found.paths:
        assert len(set(path.events)) == len(path.events)
