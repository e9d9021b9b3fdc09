"""The folder of a set on causality in, its measures out: is a sentence causal, where are cause and effect, which way.

Each reader takes whatever files lie in its folder, so that parts of a set that are kept elsewhere score the same way.
"""

from __future__ import annotations

import csv
import itertools
import json
from ast import literal_eval
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from spacy.language import Language
from spacy.tokens import Doc

from extract.evaluation.scoring import Count
from extract.heads import Heads
from extract.relations import find_relations
from extract.training import conllu
from extract.training.causal import marked_spans, places_of

Told = tuple[tuple[int, int, str], ...]  # one relation: start, end and role of its spans
Shares = dict[str, float]

CAUSAL: Final = 0.35  # chance from which on a sentence counts as causal
CONNECTIVE: Final = 0.05  # the same for a word that is known to be a connective
_MOST: Final = 5  # relations of one sentence that are tried in every order


def news(folder: Path, nlp: Language) -> tuple[Shares, list[str]]:
    """Score Causal News Corpus: F1 of causal sentences, and of cause, effect and signal spans in causal ones.

    Spans count as FairEval counts them: one that lies over a gold span of its role, but not exactly on it, is half a
    false positive and half a false negative. The relations of a sentence are matched in the order that fits best.

    Source: Ortmann, "Fine-grained error analysis and fair evaluation of labeled spans", LREC 2022; Tan et al., "The
        Causal News Corpus", LREC 2022.
    """
    rows = [row for file in _tables(folder) for row in _rows(file)]
    sentences, counts = Count(), Counter[str]()
    misses: list[str] = []
    for row, doc in zip(rows, nlp.pipe(row["text"] for row in rows), strict=True):
        heads = Heads(doc)
        said, gold = bool(heads) and heads.causal((0, len(doc))) >= CAUSAL, row["num_rs"] != "0"
        sentences += Count(int(said and gold), int(said), int(gold))
        if said is not gold:
            misses.append(f"causal_news_corpus: sentence: {'missed' if gold else 'wrong'}: {row['text']!r}")
        if gold:
            wanted = [tuple((*span, role) for role, span in marked_spans(t)) for t in literal_eval(_told(row))]
            counts += _best(list(_found(doc, heads)), wanted)
    return {"sentence_f1": _percent(sentences.f1), "spans_f1": _percent(_fair_f1(counts))}, misses


def _tables(folder: Path) -> list[Path]:
    return sorted(folder.glob("*subtask2_grouped.csv"))


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def _told(row: Mapping[str, str]) -> str:
    return row["causal_text_w_pairs"]


def _found(doc: Doc, heads: Heads) -> Iterator[Told]:
    for relation in find_relations(heads):
        marks = [(relation.cause, "cause"), (relation.effect, "effect"), *((s, "signal") for s in relation.signals)]
        yield tuple((doc[m.start].idx, doc[m.end - 1].idx + len(doc[m.end - 1]), role) for m, role in marks)


def _best(found: Sequence[Told], gold: Sequence[Told]) -> Counter[str]:
    """Count the errors of one sentence with its relations matched in the order that gives the best F1."""
    short, long = sorted((list(found[:_MOST]), list(gold[:_MOST])), key=len)
    best: Counter[str] | None = None
    for order in itertools.permutations(range(len(long)), len(short)):
        pairs = [(short[n], long[m]) for n, m in enumerate(order)]
        rest: list[tuple[Told, Told]] = [((), long[m]) for m in range(len(long)) if m not in order]
        turned = len(found[:_MOST]) > len(gold[:_MOST])
        counts: Counter[str] = sum((_errors(*(pair[::-1] if turned else pair)) for pair in pairs + rest), Counter())
        if best is None or _fair_f1(counts) > _fair_f1(best):
            best = counts
    return best or Counter()


def _errors(found: Told, gold: Told) -> Counter[str]:
    counts: Counter[str] = Counter()
    left, open_ = list(gold), []
    for span in found:
        if span in left:
            left.remove(span)
            counts["right"] += 1
        else:
            open_.append(span)
    for span in open_:
        over = [other for other in left if other[0] < span[1] and span[0] < other[1]]
        same = [other for other in over if other[2] == span[2]] or over
        if same:
            left.remove(same[0])
        counts["close" if same else "wrong"] += 1
    counts["missed"] += len(left)
    return counts


def _fair_f1(counts: Mapping[str, int]) -> float:
    right, close = counts.get("right", 0), counts.get("close", 0)
    rest = counts.get("wrong", 0) + counts.get("missed", 0)
    return 2 * right / (2 * right + close + rest) if right else 0.0


def discourse(folder: Path, nlp: Language) -> tuple[Shares, list[str]]:
    """Score the discourse relations of GUM: which of the connectives listed are causal, and which way they point.

    A connective that the set lists with another sense (condition, purpose, time) is a negative. Direction is judged
    over the causal ones that were found. Texts come from the treebank folder beside, where it holds them, and from
    the relation's own arguments otherwise.
    """
    texts = _texts(folder.parent / "ud_english_gum")
    causal, ways = Count(), Count()
    misses: list[str] = []
    for row, doc, places in _read(list(_relations(folder)), texts, nlp):
        chances = _chances(Heads(doc), doc, places)
        gold = ".Cause" in row["sense"]
        said = sum(chances.values()) >= CONNECTIVE
        causal += Count(int(said and gold), int(said), int(gold))
        if said and gold:
            way = "reason" if row["sense"].rpartition(".")[2].startswith("Reason") else "result"
            ways += Count(int(max(chances, key=lambda k: chances[k]) == way), 1, 1)
        elif said is not gold:
            told = f"{row['arg1']} <{row['connective']}> {row['arg2']}"
            misses.append(f"gum_discourse: connective: {'missed' if gold else 'wrong'}: {told!r}")
    return {"connective_f1": _percent(causal.f1), "direction_accuracy": _percent(ways.precision)}, misses


def _relations(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["type"] != "Implicit" and row["connective_toks"] != "_":
                yield row


def _texts(folder: Path) -> dict[str, list[conllu.Sentence]]:
    found: dict[str, list[conllu.Sentence]] = {}
    for file in sorted(folder.glob("*.conllu")):
        for document in conllu.documents(conllu.read_conllu(file)):
            found[document[0].comments.get("newdoc id", "")] = document
    return found


def _read(
    rows: Sequence[dict[str, Any]], texts: Mapping[str, list[conllu.Sentence]], nlp: Language
) -> Iterator[tuple[dict[str, Any], Doc, list[tuple[int, int]]]]:
    """Yield each relation with the Doc that it stands in and the offsets of its connective's words."""
    docs: dict[str, tuple[Doc, list[tuple[int, int]]]] = {}
    for row in rows:
        if row["doc"] in texts:
            if row["doc"] not in docs:
                text, offsets = _placed(texts[row["doc"]])
                docs[row["doc"]] = nlp(text), offsets
            doc, offsets = docs[row["doc"]]
            yield row, doc, [offsets[place] for place in places_of(row["connective_toks"])]
        else:
            yield row, *_alone(row, nlp)


def _placed(document: list[conllu.Sentence]) -> tuple[str, list[tuple[int, int]]]:
    text, at = conllu.text_of(document), 0
    offsets: list[tuple[int, int]] = []
    for token in (token for sentence in document for token in sentence.tokens):
        start = text.index(token.form, at)
        at = start + len(token.form)
        offsets.append((start, at))
    return text, offsets


def _alone(row: dict[str, Any], nlp: Language) -> tuple[Doc, list[tuple[int, int]]]:
    parts = [(row[f"{name}_toks"], row[name]) for name in ("arg1", "connective", "arg2")]
    parts.sort(key=lambda part: places_of(part[0])[0])
    at, place = 0, (0, 0)
    for toks, text in parts:
        if toks == row["connective_toks"]:
            place = (at, at + len(text))
        at += len(text) + 1
    return nlp(" ".join(text for _, text in parts)), [place]


def _chances(heads: Heads, doc: Doc, places: Sequence[tuple[int, int]]) -> dict[str, float]:
    found = [doc.char_span(start, end, alignment_mode="expand") for start, end in places]
    chances = [heads.labels("connective", (span.start, span.end)) for span in found if span is not None]
    return {way: max((c.get(way, 0.0) for c in chances), default=0.0) for way in ("reason", "result")}


def _percent(share: float) -> float:
    return round(100 * share, 2)


CAUSAL_READERS: Mapping[str, Callable[[Path, Language], tuple[Shares, list[str]]]] = {
    "causal_news_corpus": news,
    "gum_discourse": discourse,
}
