"""In: files and folders. Out: the article files that they name, and the articles that are in them, or why not."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from extract.errors import ExtractError, ReadError
from extract.reader import PAGES, read_article
from ontology.records import Article

SUFFIXES: Final = (".txt", ".json", *PAGES)


def article_files(paths: Iterable[Path | str]) -> list[Path]:
    """List the files that the paths name: a folder stands for all files of `SUFFIXES` in and below it, sorted.

    A path that is no folder is taken as it is, whether it is there or not; a file that is named twice comes once.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if os.path.isdir(path):  # noqa: PTH112 (a name that no file can have is no folder, and no error here)
            inside = (file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
            found.update(dict.fromkeys(sorted(inside)))
        else:
            found[path] = None
    return list(found)


def read_articles(files: Iterable[Path]) -> Iterator[tuple[Path, Article | ExtractError]]:
    """Read files one by one, in order; where one holds no article, or the id of another of them, the error comes."""
    taken: dict[str, Path] = {}
    for path in files:
        try:
            if os.path.isdir(path):  # noqa: PTH112
                raise ReadError(path, "holds no article", "name a folder with .txt, .json or .html files in it")
            article = read_article(path)
            if taken.setdefault(article.id, path) != path:
                raise ReadError(path, f"has the id of {taken[article.id]}", "rename one, or give it an `id`")
        except ExtractError as error:
            yield path, error
        else:
            yield path, article
