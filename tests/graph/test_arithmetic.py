import pytest

from graph.arithmetic import contradictions
from graph.assembly import assemble
from tests.graph.telling import figure, sentence, tell


def level(value: float, text: str) -> object:
    return figure(value, value, "sales", "sales_fall", unit="money:GBP", text=text)


def fall(value: float, text: str, unit: str = "percent") -> object:
    return figure(value, value, "sales", "sales_fall", unit=unit, direction="decrease", text=text)


@pytest.mark.parametrize(
    ("said", "figures", "wrong"),
    [
        (
            "sales fell 20 percent from 400m to 320m",
            (fall(20, "20 percent"), level(400e6, "400m"), level(320e6, "320m")),
            False,
        ),
        (
            "sales fell 30 percent from 400m to 320m",
            (fall(30, "30 percent"), level(400e6, "400m"), level(320e6, "320m")),
            True,
        ),
        (
            "down 80m, or 20 percent, to 320m",
            (fall(80e6, "80m", "money:GBP"), fall(20, "20 percent"), level(320e6, "320m")),
            False,
        ),
        (
            "down 80m, or 20 percent, of 400m",
            (fall(80e6, "80m", "money:GBP"), fall(20, "20 percent"), level(400e6, "400m")),
            False,
        ),
        (
            "down 80m, or 32 percent, to 320m",
            (fall(80e6, "80m", "money:GBP"), fall(32, "32 percent"), level(320e6, "320m")),
            True,
        ),
        ("sales fell 30 percent to 320m", (fall(30, "30 percent"), level(320e6, "320m")), False),
    ],
)
def test_a_percentage_is_held_against_the_amounts_beside_it(
    said: str, figures: tuple[object, ...], wrong: bool
) -> None:
    graph = assemble([tell("a1", *sentence(said, *figures))], 1)  # type: ignore[arg-type]
    found = contradictions(graph)
    assert bool(found) is wrong
    for one in found:
        assert (one.article, one.quote.text, one.percentage.unit) == ("a1", said, "percent")
        assert one.expected.low <= 20 <= one.expected.high or one.expected.low <= 25


def test_amounts_of_other_sentences_are_not_mixed_in() -> None:
    apart = [
        sentence("sales fell 30 percent", fall(30, "30 percent")),  # type: ignore[arg-type]
        sentence("from 400m to 320m", level(400e6, "400m"), level(320e6, "320m")),  # type: ignore[arg-type]
    ]
    assert contradictions(assemble([tell("a1", *apart[0], *apart[1])], 1)) == ()
