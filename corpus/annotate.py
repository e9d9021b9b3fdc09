"""In: articles/*.txt and annotations/*.yaml. Out: gold/*.json, where every quote has become exact offsets.

Run `python corpus/annotate.py` to write the gold files, with `--check` to only say whether they are up to date.
`--help` tells the form of an annotation.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
HELP = """\
An annotation is annotations/ID.yaml for articles/ID.txt:

  incident: Acme data breach (2025)
  breach: E1
  events:
    E1: {kind: breach, spans: [the data breach, the leak @2]}
    E2: {kind: impact, group: small_merchant, effect: harm, spans: [sales fell]}
  links:
    - {link: E1 causes E2, evidence: Sales fell ... the leak., signal: because of, hedge: reported, speaker: sellers}
    - {link: E1 not causes E3, evidence: It was not the leak., signal: was not}
    - {link: E1 causes E4, evidence: The regulator fined Acme., implied: true}
  quantities:
    - {text: about 40 percent, value: 40, qualifier: approximately, unit: percent, thing: sales, direction: decrease,
       event: E2, group: small_merchant, speaker: sellers, hedge: reported}
  groups:
    small_merchant: {affected: true, spans: [sellers, small shops]}

A quote must stand in the article once, as whole words. ` @2` picks the second of several; ` ... ` stands for all that
is between two pieces, `...` alone for the whole text. A signal is looked for inside its evidence only. A speaker must
stand in the article.
`value` is a number, or [low, high] with null for an open side. Left out: relation fields as above, hedge asserted,
qualifier exact, direction none, speaker, event and group null.
"""
LINK = re.compile(r"(?P<cause>\w+) (?P<negated>not )?(?P<relation>\w+) (?P<effect>\w+)")


class AnnotationError(Exception):
    """An article or annotation that cannot become gold: says which, what is wrong and what to do."""


def read_article(path: Path) -> dict[str, Any]:
    """Return id, title, publisher, published, url and text of an article with YAML front matter."""
    match = re.fullmatch(r"---\n(.*?)\n---\n(.*)", path.read_text(encoding="utf-8"), re.DOTALL)
    if match is None:
        raise AnnotationError(f"{path.name}: no front matter; start the file with a block between two lines of ---")
    head = yaml.safe_load(match[1])
    known = {key: head.get(key) for key in ("title", "publisher", "published", "url")}
    known["published"] = str(known["published"])
    return {"id": path.stem, **known, "text": match[2].strip()}


def occurrences(text: str, quote: str, start: int, end: int) -> list[int]:
    """Return every offset at which `quote` stands in `text[start:end]` as whole words."""
    pattern = re.compile(rf"(?<!\w){re.escape(quote)}" if quote[:1].isalnum() else re.escape(quote))
    ends = (match for match in pattern.finditer(text, start, end))
    return [m.start() for m in ends if not (quote[-1:].isalnum() and text[m.end() : m.end() + 1].isalnum())]


def find(text: str, quote: str, start: int = 0, end: int | None = None) -> int:
    """Return the offset of the quote, which stands once in `text[start:end]` or carries its number (` @2`).

    Raises:
        AnnotationError: The quote is missing or ambiguous, or its number is too high.
    """
    bare, _, number = quote.partition(" @")
    found = occurrences(text, bare, start, len(text) if end is None else end)
    if number and 1 <= int(number) <= len(found):
        return found[int(number) - 1]
    if len(found) == 1 and not number:
        return found[0]
    raise AnnotationError(f"{bare!r} stands {len(found)} times; copy it exactly, or pick one with ' @NUMBER'")


def span(text: str, quote: str, within: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return start, end and text of a quote, looked for in the span `within` only where that is given."""
    low, high = (within["start"], within["end"]) if within else (0, len(text))
    if quote == "...":
        return {"start": low, "end": high, "text": text[low:high]}
    first, _, last = quote.partition(" ... ")
    start = find(text, first, low, high)
    end = start + len(first.partition(" @")[0])
    if last:
        followers = occurrences(text, last, end, high)
        if not followers:
            raise AnnotationError(f"{last!r} does not follow {first!r}; copy it exactly")
        end = followers[0] + len(last)
    return {"start": start, "end": end, "text": text[start:end]}


def speaker(text: str, name: str | None) -> str | None:
    """Return the speaker's name as it is, once it is known to stand in the article."""
    if name is not None and name not in text:
        raise AnnotationError(f"speaker {name!r} is not in the article; use the article's words")
    return name


def event(text: str, name: str, source: dict[str, Any]) -> dict[str, Any]:
    """Return the gold form of one event."""
    made = {"id": name, "kind": source["kind"], "spans": [span(text, quote) for quote in source["spans"]]}
    if source["kind"] == "impact":
        made |= {"group": source["group"], "effect": source["effect"]}
    return made


def link(text: str, source: dict[str, Any]) -> dict[str, Any]:
    """Return the gold form of one causal link."""
    match = LINK.fullmatch(source["link"])
    if match is None:
        raise AnnotationError(f"link {source['link']!r}; write 'E1 causes E2' or 'E1 not causes E2'")
    evidence = span(text, source["evidence"])
    implied, signal = source.get("implied", False), source.get("signal")
    made = {"cause": match["cause"], "effect": match["effect"], "relation": match["relation"]}
    made |= {"negated": match["negated"] is not None, "hedge": source.get("hedge", "asserted")}
    made |= {"speaker": speaker(text, source.get("speaker"))}
    made |= {"implied": True} if implied else {}
    return {**made, "evidence": evidence, "signal": span(text, signal, evidence) if signal else None}


def quantity(text: str, source: dict[str, Any]) -> dict[str, Any]:
    """Return the gold form of one figure."""
    value = source["value"]
    low, high = value if isinstance(value, list) else (value, value)
    made = {**span(text, source["text"]), "low": low, "high": high, "qualifier": source.get("qualifier", "exact")}
    made |= {"unit": source["unit"], "thing": source["thing"], "direction": source.get("direction", "none")}
    made |= {"event": source.get("event"), "group": source.get("group")}
    return {**made, "speaker": speaker(text, source.get("speaker")), "hedge": source.get("hedge", "asserted")}


def group(text: str, code: str, source: dict[str, Any]) -> dict[str, Any]:
    """Return the gold form of one group with its mentions in reading order."""
    spans = sorted((span(text, quote) for quote in source["spans"]), key=lambda made: made["start"])
    return {"group": code, "spans": spans, "affected": source["affected"]}


def build(article: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """Return the gold JSON of one article.

    Raises:
        AnnotationError: A quote or speaker is missing or ambiguous, a field is missing, an event id is unknown.
    """
    text = article["text"]
    try:
        parts = {
            "breach": source["breach"],
            "events": [event(text, name, item) for name, item in source["events"].items()],
            "links": [link(text, item) for item in source.get("links", [])],
            "quantities": [quantity(text, item) for item in source.get("quantities", [])],
            "groups": [group(text, code, item) for code, item in source.get("groups", {}).items()],
        }
        made = {"id": article["id"], "incident": source["incident"], **article, **parts}
    except KeyError as missing:
        raise AnnotationError(f"field {missing} is missing; --help shows the form") from missing
    unknown = {name for name in named(made) if name not in source["events"]}
    if unknown:
        raise AnnotationError(f"event {min(unknown)!r} is named but not described; add it under events")
    return made


def named(gold: dict[str, Any]) -> Iterator[str]:
    """Yield every event id that the breach, the links and the figures of a gold article point to."""
    yield from () if gold["breach"] is None else (gold["breach"],)
    for made in gold["links"]:
        yield from (made["cause"], made["effect"])
    yield from (made["event"] for made in gold["quantities"] if made["event"] is not None)


def rendered(root: Path) -> dict[Path, str]:
    """Return what every gold file under `root` has to contain, by its path.

    Raises:
        AnnotationError: Names the article and what is wrong with it.
    """
    files = {}
    for path in sorted((root / "annotations").glob("*.yaml")):
        try:
            source = yaml.safe_load(path.read_text(encoding="utf-8"))
            gold = build(read_article(root / "articles" / f"{path.stem}.txt"), source)
        except (AnnotationError, OSError, yaml.YAMLError) as error:
            raise AnnotationError(f"{path.name}: {error}") from error
        files[root / "gold" / f"{path.stem}.json"] = json.dumps(gold, ensure_ascii=False, indent=1) + "\n"
    return files


def stale(files: dict[Path, str], root: Path) -> list[str]:
    """Return the names of the gold files that are missing, out of date, or built from nothing."""
    old = [path.name for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    return old + [path.name for path in sorted((root / "gold").glob("*.json")) if path not in files]


def main(arguments: list[str] | None = None) -> int:
    """Write or check the gold files; return 0 where all is well, else 1."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=HERE, help="holds articles/ and annotations/")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a gold file is not up to date")
    options = parser.parse_args(arguments)
    try:
        files = rendered(options.folder)
    except AnnotationError as error:
        print(error, file=sys.stderr)
        return 1
    if options.check:
        old = stale(files, options.folder)
        print(f"out of date: {', '.join(old)}; run python corpus/annotate.py" if old else f"{len(files)} up to date")
        return 1 if old else 0
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"{len(files)} gold files written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
