"""In: a ledger that has grown. Out: what has changed in the graph, at the cost of the incidents that are touched.

The index is a small file that knows which articles name which organisations at one `seq`. From it follows, for the
articles that came or went since, which incidents can have changed at all; these are assembled as they were and as they
are, and nothing else is read. The index can be deleted at any time: the next change is then the whole graph.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import networkx as nx

from graph.assembled import Assembled
from graph.curation import Curation
from graph.current import assemble_ledger
from graph.incidents import group_incidents, refer
from graph.ledger import Ledger
from ontology.records import Extraction

_RULES: Final = Path(__file__).with_name("identity.yaml")
_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS stamp (rules TEXT, seq INTEGER, mark TEXT);
    CREATE TABLE IF NOT EXISTS named (article TEXT, key TEXT, PRIMARY KEY (key, article)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS named_by_article ON named (article);
    CREATE TABLE IF NOT EXISTS tells (article TEXT PRIMARY KEY, incident TEXT) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS tells_by_incident ON tells (incident);
"""
_NODES: Final = ("articles", "incidents", "events", "claims", "figures")


@dataclass(frozen=True, slots=True)
class Change:
    """The touched incidents as they were and as they are; all other nodes of the graph are as before.

    `touched` are the articles that these incidents are told by, withdrawn ones included.
    `whole` says that `before` is unknown and `after` is all there is: whoever follows starts from nothing.
    """

    before: Assembled
    after: Assembled
    whole: bool
    touched: frozenset[str] = frozenset()

    def gone(self) -> frozenset[str]:
        """Return the ids of the nodes, articles included, that are no longer there."""
        return frozenset(_by_id(self.before)) - frozenset(_by_id(self.after))

    def fresh(self) -> tuple[Any, ...]:
        """Return the nodes that are new or not what they were."""
        known = _by_id(self.before)
        return tuple(node for key, node in _by_id(self.after).items() if known.get(key) != node)


def _by_id(graph: Assembled) -> dict[str, Any]:
    return {node.id: node for name in _NODES for node in getattr(graph, name)}


class Index:
    """The index file of one ledger. A context manager. A missing, broken or outdated file is made anew."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rules = hashlib.sha256(_RULES.read_bytes()).hexdigest()
        try:
            self._open()
        except sqlite3.DatabaseError:
            self._db.close()
            path.unlink()
            self._open()

    def _open(self) -> None:
        self._db = sqlite3.connect(self.path, isolation_level=None)
        self._db.executescript(_TABLES)
        stamp = self._db.execute("SELECT rules, seq, mark FROM stamp").fetchone()
        if stamp is None or stamp[0] != self._rules:
            with self._db:
                self._clear()

    def _clear(self) -> None:
        for table in ("stamp", "named", "tells"):
            self._db.execute(f"DELETE FROM {table}")
        self._db.execute("INSERT INTO stamp VALUES (?, 0, '')", (self._rules,))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._db.close()

    @property
    def seq(self) -> int:
        """The ledger's `seq` that the last accepted change led to; 0 for none."""
        return int(self._db.execute("SELECT seq FROM stamp").fetchone()[0])

    def knows(self, ledger: Ledger) -> bool:
        """Tell whether the last accepted change was of this ledger, as it is, and not of another."""
        return bool(self._db.execute("SELECT mark FROM stamp").fetchone()[0] == ledger.mark(self.seq))

    def change(self, ledger: Ledger) -> Change:
        """Return what the ledger's growth since `seq` changes in the graph. Call `accept` once it is carried out.

        A curator's decision can touch any incident: with a new one, all of them count as touched. Of a ledger that
        is not the one that it was, the change is the whole graph.
        """
        start, end = self.seq, ledger.seq
        if start == 0 or not self.knows(ledger):
            touched = frozenset(ledger.changed(0, end))
            return Change(Assembled(0), assemble_ledger(ledger, end), True, touched)
        after = list(ledger.decisions(end))
        if list(ledger.decisions(start)) != after:
            touched = frozenset(ledger.changed(0, end))
        else:
            touched = frozenset(self._touched(ledger, ledger.changed(start, end), Curation.read(after), end))
        return Change(assemble_ledger(ledger, start, touched), assemble_ledger(ledger, end, touched), False, touched)

    def accept(self, ledger: Ledger, change: Change) -> None:
        """Note that a change is carried out; until then `change` gives it, or more, again."""
        at = change.after.seq
        self._db.execute("BEGIN")
        with self._db:
            if change.whole:
                self._clear()
            same = Curation.read(ledger.decisions(at)).same
            self._note(_told(ledger, change.touched, at), Curation(same=same))
            self._db.execute("UPDATE stamp SET seq = ?, mark = ?", (at, ledger.mark(at)))

    def _note(self, extractions: Iterable[Extraction], curation: Curation) -> None:
        references = [refer(extraction) for extraction in extractions]
        incidents = group_incidents(references, curation)
        for reference in references:
            self._forget(reference.article)
            rows = [(reference.article, _text(key)) for key in reference.keys]
            self._db.executemany("INSERT INTO named VALUES (?, ?)", rows)
            self._db.execute("INSERT INTO tells VALUES (?, ?)", (reference.article, incidents[reference.article].id))

    def _forget(self, article: str) -> None:
        for table in ("named", "tells"):
            self._db.execute(f"DELETE FROM {table} WHERE article = ?", (article,))

    def _touched(self, ledger: Ledger, changed: Collection[str], curation: Curation, at: int) -> set[str]:
        """Return all articles whose incidents the changed articles can have touched."""
        new = {one.article.id: {_text(key) for key in refer(one).keys} for one in _told(ledger, changed, at)}
        articles = self._reach({*changed, *new}, new, curation)
        while curation.merged:  # a merge joins incidents of firms that share no name
            references = (refer(one) for one in _told(ledger, articles, at))
            told = {incident.id for incident in group_incidents(references, Curation(same=curation.same)).values()}
            told.update(self._column("SELECT incident FROM tells WHERE article = ?", articles))
            pairs = [{one, other} for one, other in curation.merged.items()]
            partners = set().union(*(pair for pair in pairs if pair & told))
            wider = self._reach(
                articles.union(self._column("SELECT article FROM tells WHERE incident = ?", partners)), new, curation
            )
            if wider == articles:
                break
            articles = wider
        return articles

    def _reach(self, articles: set[str], new: dict[str, set[str]], curation: Curation) -> set[str]:
        """Return the articles joined to these by names, as they were and as they are, over any number of steps."""
        reached, front = set(articles), set(articles)
        keys: set[str] = set()
        aliases = _aliases(curation)
        while front:
            named = set(self._column("SELECT key FROM named WHERE article = ?", front))
            named = named.union(*(new.get(article, ()) for article in front))
            named = named.union(*(group for group in aliases if group & named))
            fresh, keys = named - keys, keys | named
            sharing = {article for article, theirs in new.items() if theirs & fresh}
            front = sharing.union(self._column("SELECT article FROM named WHERE key = ?", fresh)) - reached
            reached |= front
        return reached

    def _column(self, query: str, values: Iterable[str]) -> Iterator[str]:
        for value in values:
            yield from (found for (found,) in self._db.execute(query, (value,)))


def _told(ledger: Ledger, articles: Collection[str], at: int) -> Iterator[Extraction]:
    """Yield the last extraction of each of these articles; withdrawn ones join incidents by what they told."""
    return chain(ledger.read(articles, at), ledger.withdrawn(articles, at))


def _text(key: tuple[str, str]) -> str:
    return ":".join(key)


def _aliases(curation: Curation) -> list[set[str]]:
    """Return the names that curators say to be one organisation's, each organisation a set."""
    joins: nx.Graph[str] = nx.Graph((_text(("name", one)), _text(("name", other))) for one, other in curation.same)
    return list(nx.connected_components(joins))
