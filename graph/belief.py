"""In: the witnesses of a claim and of its denial. Out: how far to believe that it is so, from 0 to 1.

Extraction confidence says whether a text says something; belief says whether it is so. Evidence is grouped by
independent origin; within an origin repetition helps little, between origins much. All parameters are in `belief.yaml`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

import yaml

from graph.assembled import Witness
from graph.errors import ParameterError
from ontology.terms import HEDGES

_FILE: Final = Path(__file__).with_name("belief.yaml")


@dataclass(frozen=True, slots=True)
class Parameters:
    """The numbers of `belief.yaml`; each one's meaning and source is told there."""

    syst: Mapping[str, float]
    rand_least: float
    implied: float
    hedge: Mapping[str, float]
    apart: Mapping[str, float]
    accepted: float
    reprint: float

    @classmethod
    def read(cls, path: Path = _FILE) -> Self:
        """Read a parameter file.

        Raises:
            ParameterError: A number is missing or not between 0 and 1, or a hedge is listed twice or not at all.
        """
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        try:
            found = cls(**{name: data[name] for name in cls.__dataclass_fields__})
        except KeyError as error:
            raise ParameterError(path, f"{error} is missing") from error
        found._check(path, data)
        return found

    def _check(self, path: Path, data: Mapping[str, Any]) -> None:
        if sorted([*self.hedge, *self.apart]) != sorted(HEDGES):
            raise ParameterError(path, f"`hedge` and `apart` together list each of {', '.join(HEDGES)} once")
        if missing := {"article", "named", "unnamed"} - set(self.syst):
            raise ParameterError(path, f"`syst` lacks {min(missing)}")
        for name, value in data.items():
            for number in value.values() if isinstance(value, dict) else (value,):
                if not isinstance(number, (int, float)) or not 0 <= number <= 1:
                    raise ParameterError(path, f"{name}: {number!r} is not between 0 and 1")


@cache
def parameters() -> Parameters:
    """Return the parameters of `belief.yaml`, read once."""
    return Parameters.read()


def chain(beliefs: Iterable[float]) -> float:
    """Return the belief in a chain all of whose links have to hold: `prod(b)`, 1 for no link.

    Source: the joint probability of independent events (Kolmogorov 1933, I.5).

    >>> round(chain([0.9, 0.5]), 3)
    0.45
    """
    return math.prod(beliefs)


def noisy_or(beliefs: Iterable[float]) -> float:
    """Return the belief in what independent witnesses support, each alone enough: `1 - prod(1 - b)`, 0 for none.

    Source: Pearl 1988, "Probabilistic Reasoning in Intelligent Systems", 4.3.2 (noisy-or).

    >>> round(noisy_or([0.9, 0.5]), 3)
    0.95
    """
    return 1.0 - math.prod(1.0 - belief for belief in beliefs)


def oppose(support: float, denial: float) -> float:
    """Return what is left of a support against a denial: `p (1 - q) / (1 - p q)`; 0.5 where both are certain.

    Source: Shafer 1976, "A Mathematical Theory of Evidence", chapter 4: the orthogonal sum of a simple support
    function for a claim and one against it. `noisy_or` is the same sum on one side.

    >>> round(oppose(0.8, 0.0), 3), round(oppose(0.8, 0.8), 3)
    (0.8, 0.444)
    """
    conflict = support * denial
    return 0.5 if conflict >= 1.0 else support * (1.0 - denial) / (1.0 - conflict)


def origin_belief(evidence: Iterable[Witness], known: Parameters | None = None) -> float:
    """Return what one origin's evidence is worth: `max over h of hedge[h] (1 - syst - prod(rand))`.

    The product runs over the sentences that are at least as firm as h, so no number of "may"s makes an "is"; the same
    sentence over again, as reprints have it, is one. Predictions and conditionals are left out; 0 where nothing else is
    there.

    Source: Gyori et al. 2017, Mol Syst Biol 13:954, and Bachman et al. 2023, Mol Syst Biol 19:e11325: an origin's error
    is `syst + prod(rand)`. The hedge weights are ours.
    """
    known = known or parameters()
    factual = [witness for witness in evidence if witness.hedge in known.hedge]
    if not factual:
        return 0.0
    syst = known.syst[_voice(factual[0])]
    best = 0.0
    for weight in {known.hedge[witness.hedge] for witness in factual}:
        firm = (witness for witness in factual if known.hedge[witness.hedge] >= weight)
        best = max(best, weight * (1.0 - min(1.0, syst + math.prod(_rands(firm, known)))))
    return best


def _rands(evidence: Iterable[Witness], known: Parameters) -> Iterable[float]:
    """Return the chance of a miss for each different sentence, the least where it was read more than once."""
    found: dict[str, float] = {}
    for witness in evidence:
        rand = _rand(witness, known)
        found[witness.quote.text] = min(rand, found.get(witness.quote.text, rand))
    return found.values()


def claim_belief(
    support: Iterable[Witness],
    denial: Iterable[Witness],
    known: Parameters | None = None,
    *,
    accepted: bool = False,
) -> float:
    """Return the belief in a claim: noisy-or over the origins that state it, opposed by those that deny it.

    A claim that is only predicted or conditional has the best single weight of `apart`; where others state it as so,
    such evidence counts for nothing. A curator's acceptance is one more origin, of weight `accepted`.
    """
    known = known or parameters()
    stated = list(support)
    for_it, against = (
        noisy_or(origin_belief(group, known) for group in _by_origin(side).values()) for side in (stated, denial)
    )
    if for_it == 0.0:
        for_it = max((known.apart.get(w.hedge, 0.0) * (1.0 - _rand(w, known)) for w in stated), default=0.0)
    return oppose(noisy_or((for_it, known.accepted)) if accepted else for_it, against)


def _by_origin(witnesses: Iterable[Witness]) -> dict[str, list[Witness]]:
    """Group by origin, in an order that does not depend on arrival: sums of floats depend on it."""
    groups: dict[str, list[Witness]] = defaultdict(list)
    for witness in sorted(witnesses, key=lambda one: (one.origin, one.article, one.quote, one.hedge, one.confidence)):
        groups[witness.origin].append(witness)
    return groups


def _voice(witness: Witness) -> str:
    if witness.speaker is None:
        return "article"
    return "named" if witness.origin.startswith("speaker:") else "unnamed"


def _rand(witness: Witness, known: Parameters) -> float:
    """The chance that this piece of evidence misses: `1 - confidence`, and never below the least."""
    confidence = witness.confidence * (known.implied if witness.implied else 1.0)
    return max(known.rand_least, 1.0 - confidence)
