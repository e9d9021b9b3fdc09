"""A Doc read by another pipeline goes in; the same Doc comes out with the relations and entity labels of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spacy.tokens import Doc, Span, Token

ENTITIES: Mapping[str, str] = {
    **dict.fromkeys(("PER", "PERS", "person"), "PERSON"),
    **dict.fromkeys(("GPE", "LOC", "FAC", "location", "place"), "PLACE"),
    **dict.fromkeys(("ORGANIZATION", "organization"), "ORG"),
}

# relations of the CLEAR scheme that have another name in Universal Dependencies
_RENAMED: Mapping[str, str] = {
    "acomp": "xcomp",
    "agent": "case",
    "attr": "xcomp",
    "auxpass": "aux:pass",
    "complm": "mark",
    "csubjpass": "csubj:pass",
    "dative": "iobj",
    "dobj": "obj",
    "intj": "discourse",
    "meta": "dep",
    "neg": "advmod",
    "nn": "compound",
    "npadvmod": "obl:unmarked",
    "nsubjpass": "nsubj:pass",
    "num": "nummod",
    "oprd": "xcomp",
    "poss": "nmod:poss",
    "possessive": "case",
    "preconj": "cc:preconj",
    "predet": "det:predet",
    "prt": "compound:prt",
    "quantmod": "advmod",
    "rcmod": "acl:relcl",
    "relcl": "acl:relcl",
    "root": "ROOT",
}
_ONLY_CLEAR = frozenset({"dobj", "pobj", "nsubjpass", "auxpass", "relcl", "attr", "acomp", "pcomp", "prep"})
_CLAUSAL = frozenset({"VERB", "AUX", "ADJ", "ADV"})


def to_common(doc: Doc) -> Doc:
    """Renames the relations and entities of `doc`; under the CLEAR scheme also turns prepositions and copulas round."""
    if doc.has_annotation("DEP"):
        clear = any(token.dep_ in _ONLY_CLEAR for token in doc)
        heads = [token.head.i for token in doc]
        labels = [token.dep_ for token in doc]
        if clear:
            _turn_prepositions(doc, heads, labels)
            _turn_copulas(doc, heads, labels)
        _write(doc, heads, [_RENAMED.get(label, label) for label in labels])
    doc.ents = tuple(_renamed(span) for span in doc.ents)
    return doc


def _write(doc: Doc, heads: list[int], labels: list[str]) -> None:
    annotated = Doc(
        doc.vocab, words=[t.text for t in doc], spaces=[bool(t.whitespace_) for t in doc], heads=heads, deps=labels
    )
    columns: Any = annotated.to_array(["HEAD", "DEP"])
    doc.from_array(["HEAD", "DEP"], columns)


def _renamed(span: Span) -> Span:
    return Span(span.doc, span.start, span.end, label=ENTITIES.get(span.label_, span.label_), kb_id=span.kb_id)


def _turn_prepositions(doc: Doc, heads: list[int], labels: list[str]) -> None:
    """Makes the noun after a preposition the head: "orders from shops" is shops under orders, from under shops."""
    for token in doc:
        if token.dep_ not in ("prep", "agent", "dative") or token.head.i == token.i:
            continue
        inner = next((child for child in token.children if child.dep_ in ("pobj", "pcomp")), None)
        if inner is None:
            labels[token.i] = "advmod" if token.dep_ == "prep" else token.dep_
            continue
        heads[inner.i], labels[inner.i] = heads[token.i], _inner_label(token, inner)
        for child in token.children:
            if child.i != inner.i:
                heads[child.i] = inner.i
        heads[token.i], labels[token.i] = inner.i, "mark" if inner.dep_ == "pcomp" else "case"


def _inner_label(token: Token, inner: Token) -> str:
    clausal = token.head.pos_ in _CLAUSAL
    if inner.dep_ == "pcomp":
        return "advcl" if clausal else "acl"
    if token.dep_ == "agent":
        return "obl:agent"
    return "obl" if clausal else "nmod"


def _turn_copulas(doc: Doc, heads: list[int], labels: list[str]) -> None:
    """Makes the predicate of "be" the head of its clause."""
    for token in doc:
        copula = token.head
        if token.dep_ not in ("attr", "acomp") or copula.lemma_ != "be" or heads[token.i] != copula.i:
            continue
        for place, head in enumerate(heads):
            if head == copula.i and place not in (token.i, copula.i):
                heads[place] = token.i
        above = heads[copula.i]
        heads[token.i], labels[token.i] = (token.i if above == copula.i else above), labels[copula.i]
        heads[copula.i], labels[copula.i] = token.i, "cop"
