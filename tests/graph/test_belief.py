from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.assembled import Witness
from graph.belief import Parameters, chain, claim_belief, noisy_or, oppose, origin_belief, parameters
from graph.errors import ParameterError
from ontology.records import Span
from ontology.terms import HEDGES

BELIEFS = st.lists(st.floats(0, 1), max_size=5)


def witness(
    article: str = "a1",
    hedge: str = "asserted",
    said: str = "",
    *,
    origin: str = "",
    confidence: float = 0.9,
    speaker: str | None = None,
) -> Witness:
    quote = Span(0, 4, said or article)
    return Witness(article, quote, None, speaker, hedge, "rule", confidence, False, origin or f"article:{article}")


def test_a_chain_multiplies() -> None:
    assert chain([0.5, 0.4]) == pytest.approx(0.2)
    assert chain([]) == 1


def test_witnesses_combine_by_noisy_or() -> None:
    assert noisy_or([0.5, 0.4]) == pytest.approx(0.7)
    assert noisy_or([]) == 0


@given(BELIEFS, st.floats(0, 1))
def test_a_link_more_never_helps_and_a_witness_more_never_hurts(beliefs: list[float], one: float) -> None:
    assert chain([*beliefs, one]) <= chain(beliefs)
    assert noisy_or([*beliefs, one]) >= noisy_or(beliefs) - 1e-12


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_denial_only_lowers_and_both_sides_never_exceed_one(support: float, denial: float) -> None:
    assert 0 <= oppose(support, denial) <= support + 1e-12
    assert oppose(support, denial) + oppose(denial, support) <= 1 + 1e-9


def test_the_formula_of_one_origin() -> None:
    known = Parameters({"article": 0.05, "named": 0.1, "unnamed": 0.2}, 0.0, 0.5, {"asserted": 1.0}, {}, 0.9, 0.7)
    two = [witness(confidence=0.7, said="one"), witness(confidence=0.6, said="other")]
    assert origin_belief(two, known) == pytest.approx(1 - (0.05 + 0.3 * 0.4))
    assert origin_belief([*two, two[0]], known) == origin_belief(two, known)


def test_one_origin_that_repeats_itself_never_passes_its_systematic_error() -> None:
    many = [witness(str(number), origin="publisher:daily") for number in range(50)]
    assert claim_belief(many, []) == pytest.approx(1 - parameters().syst["article"])


def test_a_second_origin_counts_for_more_than_a_repetition() -> None:
    same = claim_belief([witness("a1", origin="publisher:daily"), witness("a2", origin="publisher:daily")], [])
    other = claim_belief([witness("a1", origin="publisher:daily"), witness("a2", origin="publisher:times")], [])
    assert claim_belief([witness()], []) < same < other


def test_looser_wording_is_believed_less() -> None:
    by_hedge = {hedge: claim_belief([witness(hedge=hedge)], []) for hedge in HEDGES}
    assert by_hedge["asserted"] > by_hedge["reported"] > by_hedge["possible"] > by_hedge["predicted"]
    assert 0 < by_hedge["conditional"] < by_hedge["predicted"]


def test_any_number_of_mays_makes_no_is() -> None:
    mays = [witness(str(number), "possible", origin="publisher:daily") for number in range(50)]
    assert origin_belief(mays) <= parameters().hedge["possible"]
    assert origin_belief([*mays, witness(confidence=0.3)]) < 0.5


def test_a_prediction_adds_nothing_to_what_is_told_as_so() -> None:
    predictions = [witness(str(number), "predicted") for number in range(9)]
    assert claim_belief([witness(), *predictions], []) == claim_belief([witness()], [])
    assert claim_belief(predictions, []) == claim_belief(predictions[:1], [])


def test_a_denial_counts_against() -> None:
    stated, denied = witness("a1"), witness("a2")
    assert claim_belief([stated], [denied]) < claim_belief([stated], [])
    assert claim_belief([stated, witness("a3")], [denied]) > 0.5


def test_an_unnamed_speaker_is_believed_less_than_a_named_one() -> None:
    named = witness(speaker="Kim", origin="speaker:kim")
    assert origin_belief([witness(speaker="he", origin="unnamed:a1:he")]) < origin_belief([named])


@given(st.permutations([witness(str(n), hedge, confidence=0.3 + n / 10) for n, hedge in enumerate(HEDGES[:5])]))
def test_the_order_of_witnesses_does_not_show(witnesses: list[Witness]) -> None:
    ordered = sorted(witnesses, key=lambda one: one.article)
    assert claim_belief(witnesses, witnesses[:1]) == claim_belief(ordered, witnesses[:1])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("syst: {article: 0.1}", "is missing"),
        (
            "{syst: {article: 0.1}, rand_least: 0.1, implied: 1, hedge: {}, apart: {}, accepted: 1, reprint: 1}",
            "each of asserted",
        ),
        (
            "{syst: {article: 0.1}, rand_least: 0.1, implied: 1, hedge: {HEDGES}, apart: {}, accepted: 1, reprint: 1}",
            "lacks named",
        ),
        (
            "{syst: {article: 2, named: 1, unnamed: 0}, rand_least: 0, implied: 1, accepted: 1, reprint: 1, "
            "hedge: {HEDGES}, apart: {}}",
            "2 is not",
        ),
    ],
)
def test_a_broken_parameter_file_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "belief.yaml"
    path.write_text(text.replace("HEDGES", ", ".join(f"{hedge}: 0.5" for hedge in HEDGES)))
    with pytest.raises(ParameterError, match=problem):
        Parameters.read(path)
