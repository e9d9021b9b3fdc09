import math
from dataclasses import replace
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.assembled import Assembled
from graph.assembly import assemble
from graph.identity import breach_id
from graph.trace import Trace, trace
from ontology.records import Extraction
from tests.graph.telling import link, tell

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
