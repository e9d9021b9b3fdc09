"""The verdict on a figure: properties that hold for any figures on record, and what single rules say."""

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import check
from graph.assembled import Assembled
from graph.assembly import assemble
from graph.check_figures import Judged, Told, judge, outcome
from graph.intervals import Interval
from graph.reconcile import Reconciled, reconcile
from graph.verdicts import reasons
from tests.graph.telling import figure, tell

DAY = date(2025, 11, 1)
ends = st.integers(10, 60)
intervals = st.tuples(ends, ends).map(sorted).map(lambda pair: Interval(float(pair[0]), float(pair[1] + 1)))
speakers = st.sampled_from([None, "Kim Min-ji", "the Data Commission", "Park Seo-jun"])
told = st.lists(st.tuples(ends, st.integers(0, 20), speakers), min_size=1, max_size=6)


def measure(said: list[tuple[int, int, str | None]]) -> Reconciled:
    articles = [
        tell(
            f"a{number}",
            figure(
                low,
                low + width,
                "accounts",
                qualifier="range" if width else "exact",
                speaker=speaker,
                text=f"{low}-{low + width} accounts" if width else f"{low} accounts",
            ),
            published=DAY + timedelta(days=number),
        )
        for number, (low, width, speaker) in enumerate(said)
    ]
    graph = assemble(articles, 1)
    (found,) = reconcile(graph, graph.incidents[0].id)
    return found


def claimed(interval: Interval, voice: str = "", speaker: str | None = None, hedge: str = "asserted") -> Told:
    finite = tuple(None if math.isinf(end) else end for end in (interval.low, interval.high))
    return Told(interval, (finite[0], finite[1]), voice, speaker, hedge)


def verdict(one: Told, known: Reconciled) -> str:
    return reasons()[judge(one, known).reason].verdict


@settings(max_examples=80, deadline=None)
@given(told)
def test_the_own_text_of_a_figure_that_stands_is_supported(said: list[tuple[int, int, str | None]]) -> None:
    known = measure(said)
    for one in known.positions:
        if one.standing in ("current", "consistent"):
            others = [each for each in known.positions if each.standing == "disputed"]
            disputed = any(not one.interval.holds(each.interval) for each in others)
            assert verdict(claimed(one.interval), known) == ("differs" if disputed else "supported")
        if one.figure.speaker and one.standing != "superseded":
            by_whom = claimed(one.interval, one.figure.witnesses[0].origin, one.figure.speaker)
            assert judge(by_whom, known).reason == "speaker_agrees"


@settings(max_examples=80, deadline=None)
@given(told, intervals, st.integers(0, 30), st.integers(0, 30))
def test_widening_never_turns_supported_into_contradicted(
    said: list[tuple[int, int, str | None]], interval: Interval, below: int, above: int
) -> None:
    known = measure(said)
    wider = Interval(interval.low - below, interval.high + above)
    if verdict(claimed(interval), known) == "supported":
        assert verdict(claimed(wider), known) == "supported"


@settings(max_examples=80, deadline=None)
@given(told, intervals)
def test_what_is_contradicted_or_superseded_meets_no_value_of_the_current_figure(
    said: list[tuple[int, int, str | None]], interval: Interval
) -> None:
    known = measure(said)
    found = verdict(claimed(interval), known)
    if found in ("contradicted", "superseded"):
        assert not interval.overlaps(known.positions[0].interval)
    if interval.holds(known.positions[0].interval):
        assert found in ("supported", "differs")


@given(intervals, intervals)
def test_how_two_intervals_stand_is_told_the_same_from_both_sides(one: Interval, other: Interval) -> None:
    turned = {"holds": "within", "within": "holds"}
    assert outcome(other, one) == turned.get(outcome(one, other), outcome(one, other))
    assert (outcome(one, other) == "apart") == (not one.overlaps(other))


@pytest.mark.parametrize(
    ("interval", "options", "reason"),
    [
        (Interval(29.5, 30.5), {}, "same"),
        (Interval(10, math.inf), {}, "consistent"),
        (Interval(29.8, 29.9), {}, "more_precise"),
        (Interval(30, 40), {}, "overlaps_in_part"),
        (Interval(50, 51), {}, "outside"),
        (Interval(50, 51), {"hedge": "predicted"}, "yet_to_come"),
        (Interval(50, 51), {"voice": "speaker:kim", "speaker": "Kim"}, "no_figure_by_speaker"),
        (Interval(29.5, 30.5), {"voice": "speaker:kim", "speaker": "Kim"}, "other_speaker"),
    ],
)
def test_what_each_rule_says_against_one_figure(interval: Interval, options: dict[str, str], reason: str) -> None:
    known = measure([(30, 0, None)])
    assert judge(claimed(interval, **options), known).reason == reason


def test_what_only_hackers_claim_is_borne_out_by_nobody_firm() -> None:
    known = measure([(30, 0, "a hacker")])
    loose = [
        replace(one, figure=replace(one.figure, hedge="alleged", group=None), standing="current")
        for one in known.positions
    ]
    known = replace(known, positions=tuple(loose))
    assert judge(claimed(Interval(29.5, 30.5)), known).reason == "hedged_in_sources"
    assert judge(claimed(Interval(29.5, 30.5), hedge="alleged"), known).reason == "attributed"
    assert judge(claimed(Interval(50, 51)), known).reason == "outside_hedged"


def test_what_a_text_replaces_itself_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    old = tell("old", figure(10, 10, "accounts", text="10 accounts"), published=DAY)
    new = tell("new", figure(90, 90, "accounts", text="90 accounts"), published=DAY + timedelta(days=9))
    graph = assemble([old, new], 1)
    monkeypatch.setattr(
        check, "judge_all", lambda told, measures: Judged("superseded", measures[0], measures[0].positions[:1])
    )
    seen: list[str] = []

    def noted(graph: Assembled, incident: str, *more: Any) -> tuple[Reconciled, ...]:
        seen.append(incident)
        return reconcile(graph, incident, *more)

    monkeypatch.setattr(check, "reconcile", noted)
    (claim,) = old.quantities
    checked = check.check(replace(old, quantities=(claim, claim, claim)), graph, graph.incidents[0])
    assert len(checked.verdicts) == 3
    assert len(seen) == 2  # the records, and the text itself
