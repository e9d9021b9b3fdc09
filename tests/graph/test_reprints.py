import random
from dataclasses import replace
from datetime import date

import pytest

from graph.assembly import assemble
from graph.reprints import first_prints, shared, sketch
from ontology.records import Article
from tests.graph.telling import link, tell

WORDS = [f"word{number}" for number in range(3000)]


def text(seed: int, length: int = 400) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def prints(**texts: str) -> dict[str, str]:
    found = first_prints(Article(key, words) for key, words in texts.items())
    return {key: article.id for key, article in found.items()}


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_the_estimate_is_near_the_share_that_two_texts_have(share: float) -> None:
    cut = int(400 * share)
    one, other = text(1), " ".join(text(1).split()[:cut]) + " " + text(2, 400 - cut)
    assert shared(sketch(one), sketch(other)) == pytest.approx(share, abs=0.12)
    assert shared(sketch(one), sketch(other)) == shared(sketch(other), sketch(one))


def test_a_cut_down_copy_is_wholly_in_the_original() -> None:
    assert shared(sketch(text(1)), sketch(" ".join(text(1).split()[:200]))) > 0.85


def test_typography_leaves_no_trace() -> None:
    assert sketch("The firm's “orders” fell.\nIt said so.") == sketch('THE FIRM’S "orders" fell. It said so')


def test_a_copy_with_a_new_top_is_a_reprint_and_another_report_is_not() -> None:
    assert prints(a=text(1), b="By our own staff. " + text(1), c=text(3)) == {"a": "a", "b": "a", "c": "c"}


def test_the_first_published_is_the_first_print() -> None:
    articles = [Article("a", text(1), published=date(2025, 2, 2)), Article("b", text(1), published=date(2025, 1, 1))]
    articles += [Article("c", text(1))]
    assert {article.id for article in first_prints(articles).values()} == {"b"}


def test_texts_too_short_for_a_run_and_empty_ones_are_taken() -> None:
    assert prints(a="Data leak", b="data leak", c="", d="Another matter") == {"a": "a", "b": "a", "c": "c", "d": "d"}


def test_ten_reprints_raise_belief_no_more_than_one_does() -> None:
    story = tell(
        "a0", link("breach", "jobs_lost@driver"), link("breach", "distress@driver", speaker="he"), filler=text(1)
    )
    reprints = [
        replace(story, article=replace(story.article, id=f"a{number}", publisher=f"Paper {number}"))
        for number in range(11)
    ]
    one, eleven = (assemble(reprints[:number], 1) for number in (1, 11))
    assert [len(claim.witnesses) for claim in eleven.claims] == [11, 11]
    assert [claim.origins for claim in eleven.claims] == [1, 1]
    assert [claim.belief for claim in eleven.claims] == [claim.belief for claim in one.claims]
    apart = tell("b0", link("breach", "jobs_lost@driver"), filler=text(2), publisher="Paper 12")
    jobs = max(assemble([*reprints, apart], 1).claims, key=lambda claim: claim.origins)
    assert (jobs.origins, jobs.belief > max(claim.belief for claim in eleven.claims)) == (2, True)
