"""A Doc in, the organisations that it names out, each grounded to a name; what brackets tell is learnt."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from spacy.tokens import Doc

from extract.aliases import canonical, known
from extract.rules import load, table
from ontology.records import Mention, Span

_WORD = r"[^\W\d_a-z](?:[\w&’'-]|\.(?=\w))*"
_NAME = re.compile(rf"(?<![\w’'-]){_WORD}(?:(?: (?:of|and|for|the|de|&|of the|for the) (?={_WORD})| ){_WORD}){{0,6}}")
_ACRONYM = re.compile(r"[A-Z][A-Z&.-]{1,9}")
_SMALL = frozenset({"of", "and", "for", "the", "&", "de", "in", "on"})
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|Sir|CEO|President|Minister|Judge|Senator|Rep|Sen)\.? $")
_PEOPLE = frozenset({"PERSON", "PER"})


@dataclass(frozen=True, slots=True)
class _Name:
    start: int
    end: int
    text: str


def find_organisations(doc: Doc) -> Iterator[Mention]:
    """Yield the organisations that `doc` names, in order, without overlap.

    `grounding` is the name in the alias table, or for a name that is not there its fullest form in the article. A name
    counts where the table, the entities of a trained pipeline, or words in or around it make it an organisation.
    """
    text = doc.text  # spaCy joins it anew at every call
    names = list(_names(doc, text))
    learnt = _learnt(text, names)
    rules = _rules(doc, text, names, learnt)
    for name in names:
        rule = rules.get(name.text)
        if rule is not None:
            grounding = learnt.get(name.text, canonical(name.text))
            yield Mention(Span(name.start, name.end, name.text), "organisation", grounding, rule)


def wikidata(name: str) -> str | None:
    """Return the Wikidata item of a canonical name, None where the alias table has none."""
    row = table("organisations").get(name)
    return None if row is None else row.get("wikidata")


def _names(doc: Doc, text: str) -> Iterator[_Name]:
    """Yield capitalised names; one that begins a sentence loses its first word where that is an ordinary word."""
    firsts = {sentence.start_char for sentence in doc.sents}
    for match in _NAME.finditer(text):
        yield from _cut(match.start(), match[0], match.start() in firsts)


def _cut(start: int, text: str, first: bool) -> Iterator[_Name]:
    text = re.sub(r"(?:[’']s?|[.,-]+)$", "", text) if not _ACRONYM.fullmatch(text) else text.rstrip(".-")
    words = text.split(" ")
    function = table("openers")["words"]
    while words and (words[0].lower() in function or words[0] in _SMALL) and " ".join(words) not in known():
        start += len(words[0]) + 1
        words = words[1:]
    name = " ".join(words)
    split = re.search(r"[’']s ", name)
    if split:
        yield from _cut(start, name[: split.start()], first)
        yield from _cut(start + split.end(), name[split.end() :], False)
    elif len(name) > 1:
        yield _Name(start, start + len(name), name)


def _learnt(text: str, names: list[_Name]) -> dict[str, str]:
    """Learn "Korea Data Commission (KDC)" and initials of names seen; keys are the short forms."""
    learnt: dict[str, str] = {}
    texts = dict.fromkeys(name.text for name in names)
    for name, after in itertools.pairwise(names):
        bracketed = text[name.end : after.start] == " (" and text.startswith(")", after.end)
        if bracketed and " " in name.text and (_ACRONYM.fullmatch(after.text) or after.text in name.text):
            learnt[after.text] = canonical(name.text)
    for full in texts:
        initials = "".join(word[0] for word in full.split(" ") if word not in _SMALL)
        if len(initials) > 2 and initials in texts and initials not in known():
            learnt.setdefault(initials, canonical(full))
    return learnt


def _rules(doc: Doc, text: str, names: list[_Name], learnt: Mapping[str, str]) -> dict[str, str]:
    """Say for each name that is an organisation by which rule; the first mention that shows it counts for all."""
    organisations = {entity.text for entity in doc.ents if entity.label_ == "ORG"}
    # A place or a single name that the words around make an organisation is one, whatever the entities say.
    others = {entity.text for entity in doc.ents if entity.label_ in _PEOPLE and " " in entity.text}
    rules: dict[str, str] = {}
    for name in names:
        if name.text in rules:
            continue
        if name.text in known() or canonical(name.text) in table("organisations"):
            rules[name.text] = "alias"
        elif name.text in learnt:
            rules[name.text] = "initialism"
        elif name.text in organisations:
            rules[name.text] = "entity"
        elif name.text not in others and (cue := _cue(text, name)) is not None:
            rules[name.text] = cue
    return rules


def _cue(text: str, name: _Name) -> str | None:
    if _TITLE.search(text, max(0, name.start - 12), name.start):
        return None
    for rule in load("organisation_cues"):
        assert rule.regex is not None
        if rule.values["side"] == "within":
            found = " " in name.text and rule.regex.search(name.text)
        elif rule.values["side"] == "after":
            found = rule.regex.match(text, name.end)
        else:
            found = rule.regex.search(text[max(0, name.start - 40) : name.start])
        if found:
            return rule.id
    return None
