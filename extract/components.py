"""In: a Language. Out: the same with one component for each thing that is read, each naming what it needs and gives."""

from __future__ import annotations

from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from extract.events import find_events
from extract.groups import find_groups
from extract.links import find_links
from extract.livings import vote_groups
from extract.organisations import find_organisations
from extract.quantities import find_quantities
from extract.speakers import find_speech
from extract.voting import vote as voted

NAMES: Final = ("quantities", "groups", "organisations", "speech", "events", "links", "vote")
_WORDS: Final = ["doc.sents", "token.pos", "token.lemma"]


def register() -> None:
    """Make the `Doc._` attributes known to spaCy; a second call changes nothing."""
    for name in NAMES[:-1]:
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=())


@Language.component("quantities", requires=["doc.sents"], assigns=["doc._.quantities"])
def quantities(doc: Doc) -> Doc:
    """Set `doc._.quantities`: figures in reading order."""
    doc._.quantities = tuple(sorted(find_quantities(doc), key=lambda q: q.span))
    return doc


@Language.component("groups", requires=["doc.sents"], assigns=["doc._.groups"])
def groups(doc: Doc) -> Doc:
    """Set `doc._.groups`: mentions of livelihood groups in reading order."""
    ruled = sorted(find_groups(doc), key=lambda m: m.span)
    doc._.groups = tuple(vote_groups(doc, ruled))
    return doc


@Language.component("organisations", requires=["doc.sents"], assigns=["doc._.organisations"])
def organisations(doc: Doc) -> Doc:
    """Set `doc._.organisations`: mentions of organisations in reading order."""
    doc._.organisations = tuple(sorted(find_organisations(doc), key=lambda m: m.span))
    return doc


@Language.component("speech", requires=_WORDS, assigns=["doc._.speech"])
def speech(doc: Doc) -> Doc:
    """Set `doc._.speech`: stretches of speech with their speakers."""
    doc._.speech = tuple(find_speech(doc))
    return doc


@Language.component("events", requires=_WORDS, assigns=["doc._.events"])
def events(doc: Doc) -> Doc:
    """Set `doc._.events`: mentions of the breach, of responses and of impacts."""
    doc._.events = tuple(find_events(doc))
    return doc


@Language.component("links", requires=_WORDS, assigns=["doc._.links"])
def links(doc: Doc) -> Doc:
    """Set `doc._.links`: causal links with their two event mentions."""
    doc._.links = tuple(find_links(doc))
    return doc


@Language.component("vote", requires=["doc._.events", "doc._.links"], assigns=["doc._.events", "doc._.links"])
def vote(doc: Doc) -> Doc:
    """Leave in `doc._.events` and `doc._.links` what stands when the encoder's heads have voted, too."""
    verdict = voted(doc)
    doc._.events, doc._.links = verdict.events, verdict.links
    return doc
