"""The name of a pipeline goes in, a spaCy pipeline whose labels are ours comes out: the one seam behind all reading.

No other module knows which pipeline it is. A named one that lacks sentences or tags gets the stand-ins for them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from extract import sentences, tagger
from extract.annotate import Annotator
from extract.common import to_common
from extract.encoder import Encoder, load_labels
from extract.errors import SetupError
from extract.tokens import make_tokenizer

MODEL: Final = Path(__file__).parent / "model"
ENCODER: Final = "breachtrace_encoder"
COMMON_LABELS: Final = "breachtrace_common_labels"
LONGEST_TEXT: Final = 50_000_000


def load_base(name: str | None = None, *, folder: Path | None = None, threads: int = 1) -> Language:
    """Returns a pipeline that gives tags, morphology, lemmas, trees, sentences and entities.

    Whatever the pipeline, relations are those of Universal Dependencies (the root's is ROOT, as spaCy writes it), tags
    are Penn Treebank tags, and entities are ORG, PERSON, PLACE (and whatever else it finds).

    Args:
        name: an installed spaCy pipeline such as `en_core_web_sm`, or its path; None for our own.
        folder: other files for our own pipeline than those that are shipped.
        threads: processor cores that our own pipeline may use.

    Raises:
        SetupError: there is no pipeline of that name, or the files of our own are not there.
    """
    nlp = _own(folder or MODEL, threads) if name is None else _other(name)
    nlp.max_length = LONGEST_TEXT
    return nlp


def _own(folder: Path, threads: int) -> Language:
    if not (folder / "encoder.onnx").is_file():
        raise SetupError(
            f"pipeline {folder}", "has no encoder.onnx", "install the package anew, or train with make model"
        )
    nlp = spacy.blank("en")
    nlp.tokenizer = make_tokenizer(nlp.vocab)
    meta = folder / "meta.json"
    if meta.is_file():
        nlp.meta.update(json.loads(meta.read_text(encoding="utf-8")))
    nlp.add_pipe(ENCODER, config={"folder": str(folder), "threads": threads})
    return nlp


def _other(name: str) -> Language:
    try:
        nlp = spacy.load(name)
    except OSError as error:
        raise SetupError(f"pipeline {name}", "cannot be loaded", "install it or leave the name out") from error
    given = set(nlp.pipe_names)
    if not given & {"parser", "senter", "sentencizer"}:
        nlp.add_pipe(sentences.NAME, first=True)
    if not given & {"tagger", "morphologizer"}:
        nlp.add_pipe(tagger.NAME)
    nlp.add_pipe(COMMON_LABELS, last=True)
    return nlp


@Language.factory(
    ENCODER,
    default_config={"folder": str(MODEL), "threads": 1},
    assigns=[
        "token.is_sent_start",
        "doc.sents",
        "token.tag",
        "token.pos",
        "token.morph",
        "token.lemma",
        "token.dep",
        "token.head",
        "doc.ents",
        "doc.tensor",
        "doc._.told",
    ],
)
def _make_encoder(nlp: Language, name: str, folder: str, threads: int) -> Encoder:  # noqa: ARG001
    place = Path(folder)
    if not Doc.has_extension("told"):
        Doc.set_extension("told", default=None)
    return Encoder(place, Annotator(nlp.vocab, load_labels(place)), threads)


@Language.component(COMMON_LABELS, assigns=["token.dep", "token.head", "doc.ents"])
def _common_labels(doc: Doc) -> Doc:
    return to_common(doc)
