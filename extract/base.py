"""In: the name of a spaCy pipeline, or none. Out: a Language that gives sentences, parts of speech and lemmas.

No other module knows which pipeline it is: where the named one lacks sentences or tags, the stand-ins fill in.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import spacy
from spacy.language import Language

from extract import sentences, tagger
from extract.errors import SetupError

SHIPPED: Final = Path(__file__).parent / "model"
SENTENCES: Final = sentences.NAME
TAGGER: Final = tagger.NAME


def load_base(name: str | None = None) -> Language:
    """Load the shipped pipeline, or any installed one by name or path.

    Raises:
        SetupError: There is no pipeline of that name.
    """
    nlp = _load(name)
    given = set(nlp.pipe_names)
    if not given & {"parser", "senter", "sentencizer"}:
        nlp.add_pipe(SENTENCES, first=True)
    if not given & {"tagger", "morphologizer"}:
        nlp.add_pipe(TAGGER)
    return nlp


def _load(name: str | None) -> Language:
    if name is None and not SHIPPED.is_dir():
        return spacy.blank("en")
    try:
        return spacy.load(SHIPPED if name is None else name)
    except OSError as error:
        raise SetupError(
            f"pipeline {name or SHIPPED}", "cannot be loaded", "install it or leave the name out"
        ) from error
