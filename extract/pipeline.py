"""In: an Article and a loaded pipeline. Out: its Extraction, checked; what all components find comes together here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib import resources
from threading import Lock
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from extract import components
from extract.assemble import assemble
from extract.base import load_base
from ontology.records import Article, Extraction

BATCH: Final = 16  # articles in memory at a time


def load(model: str | None = None) -> Language:
    """Load the whole pipeline: the shipped one, or the components on top of any installed spaCy pipeline.

    Raises:
        SetupError: There is no pipeline of that name.
    """
    components.register()
    nlp = load_base(model)
    for name in components.NAMES:
        nlp.add_pipe(name)
    return nlp


def extract(article: Article, nlp: Language) -> Extraction:
    """Read one article. The same article and pipeline give the same extraction, to the last id."""
    return _read(article, nlp(article.text), version(nlp))


@cache
def reader(model: str | None = None) -> tuple[str, Callable[[Article], Extraction]]:
    """Return the name of what reads and the reading itself: loaded once in a process, and safe to call from threads.

    Raises:
        SetupError: There is no pipeline of that name.
    """
    nlp, alone = load(model), Lock()

    def read(article: Article) -> Extraction:
        with alone:  # spaCy does not promise to read two texts at a time
            return extract(article, nlp)

    return version(nlp), read


def extract_all(articles: Iterable[Article], nlp: Language) -> Iterator[Extraction]:
    """Read articles one after the other, in order, with a bounded number of them in memory."""
    extractor = version(nlp)
    pairs = ((article.text, article) for article in articles)
    for doc, article in nlp.pipe(pairs, as_tuples=True, batch_size=BATCH):
        yield _read(article, doc, extractor)


def version(nlp: Language) -> str:
    """Name what does the reading: this package's rules by their hash, and the pipeline by name and version."""
    digest = sha256()
    for file in sorted(resources.files("extract.rules").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    meta = nlp.meta
    return f"rules-{digest.hexdigest()[:12]}+{meta['lang']}_{meta['name'] or 'blank'}-{meta['version']}"


def _read(article: Article, doc: Doc, extractor: str) -> Extraction:
    extraction = assemble(article, doc, extractor)
    extraction.check()
    return extraction
