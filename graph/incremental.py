"""In: a ledger that has grown. Out: what has changed in the graph, at the cost of the incidents that are touched.

The index is a small file that knows which articles name which organisations at one `seq`. From it follows, for the
articles that came or went since, which incidents can have changed at all; these are assembled as they were and as they
are, and nothing else is read. The index can be deleted at any time: the next change is then the whole graph.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from networkx.utils import UnionFind

from graph.assembled import Assembled
from graph.assembly import join
from graph.curation import BY_WAY_OF, Curation
from graph.current import Told, assemble_ledger, assemble_told, read_told
from graph.identity import fold_name
from graph.incidents import group_incidents, refer
from graph.ledger import Decision, Ledger
from ontology.records import Extraction

_RULES: Final = Path(__file__).with_name("identity.yaml")
_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS stamp (rules TEXT, seq INTEGER, mark TEXT);
    CREATE TABLE IF NOT EXISTS named (article TEXT, key TEXT, PRIMARY KEY (key, article)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS named_by_article ON named (article);
    CREATE TABLE IF NOT EXISTS tells (article TEXT PRIMARY KEY, incident TEXT) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS tells_by_incident ON tells (incident);
"""
_GATHERED: Final = 50  # articles that are assembled at once, at least
_NODES: Final = ("articles", "incidents", "events", "claims", "figures")


@dataclass(frozen=True)
class Change:
    """The touched incidents as they were before and as they are told at `seq`; the rest of the graph is as before.

    `told` comes in parts of whole incidents, and may be gone through again. `touched` are the articles that these
    incidents are told by, withdrawn ones included. `whole` says that `before` is unknown and `told` is all there is:
    whoever follows starts from nothing.
    """

    seq: int
    before: Assembled
    told: Iterable[Told]
    whole: bool
    touched: frozenset[str] = frozenset()
    decisions: tuple[Decision, ...] = ()

    @cached_property
    def after(self) -> Assembled:
        """The touched incidents as they are, all in memory."""
        return replace(join(self.seq, map(assemble_told, self.told)), decisions=self.decisions)

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

        A new decision touches what it is about; one that does not say by which article that is found touches all.
        Of a ledger that is not the one that it was, the change is the whole graph.
        """
        start, end = self.seq, ledger.seq
        decided = tuple(ledger.decisions(end))
        if start == 0 or not self.knows(ledger):
            articles = frozenset(ledger.changed(0, end))
            self._start(ledger, decided, end)
            return Change(end, Assembled(0), Parts(self, ledger, end), True, articles, decided)
        touched = frozenset(self._touched(ledger, ledger.changed(start, end), decided, start, end))
        before = assemble_ledger(ledger, start, touched)
        return Change(end, before, (read_told(ledger, end, touched),), False, touched, decided)

    def accept(self, ledger: Ledger, change: Change) -> None:
        """Note that a change is carried out; until then `change` gives it, or more, again."""
        self._db.execute("BEGIN")
        with self._db:
            if not change.whole:
                self._note(_told(ledger, change.touched, change.seq), _same(change.decisions))
            self._db.execute("UPDATE stamp SET seq = ?, mark = ?", (change.seq, ledger.mark(change.seq)))

    def groups(self, decisions: Iterable[Decision]) -> Iterator[list[str]]:
        """Yield all articles in lists of some dozens; all that tell of an incident are in one."""
        joins: UnionFind[tuple[str, str]] = UnionFind()
        for article, incident in self._db.execute("SELECT article, incident FROM tells ORDER BY article"):
            joins.union(("article", article), ("incident", incident))
        for article, key in self._db.execute("SELECT article, key FROM named"):
            joins.union(("article", article), ("key", key))
        known = Curation.read(decisions)
        for alias in _aliases(known):
            joins.union(*(("key", key) for key in alias))
        for pair in _pairs(known):
            joins.union(*(("incident", incident) for incident in pair))
        gathered: list[str] = []
        for group in joins.to_sets():
            gathered += sorted(name for kind, name in group if kind == "article")
            if len(gathered) >= _GATHERED:
                yield gathered
                gathered = []
        if gathered:
            yield gathered

    def _start(self, ledger: Ledger, decided: Iterable[Decision], at: int) -> None:
        """Note all articles; the stamp still says that nothing is carried out."""
        self._db.execute("BEGIN")
        with self._db:
            self._clear()
            self._note(chain(ledger.current(at), ledger.withdrawn(None, at)), _same(decided))

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

    def _touched(
        self, ledger: Ledger, changed: Collection[str], decided: Sequence[Decision], start: int, end: int
    ) -> set[str]:
        """Return all articles whose incidents the changed articles and the new decisions can have touched."""
        before, after = (Curation.read(one for one in decided if one.seq <= at) for at in (start, end))
        concerned = self._concerned(decided, start)
        if concerned is None:
            return set(ledger.changed(0, end))
        new = {one.article.id: {_text(key) for key in refer(one).keys} for one in _told(ledger, changed, end)}
        aliases = _aliases(replace(after, same=before.same | after.same))
        pairs = [*_pairs(before), *_pairs(after)]
        articles = self._reach({*changed, *new, *concerned}, new, aliases)
        while pairs:  # a merge joins incidents of firms that share no name
            references = [refer(one) for one in _told(ledger, articles, end)]
            told = {one.id for one in group_incidents(references, _same(decided)).values()}
            told.update(self._column("SELECT incident FROM tells WHERE article = ?", articles))
            partners = set().union(*(pair for pair in pairs if pair & told))
            wider = articles.union(self._column("SELECT article FROM tells WHERE incident = ?", partners))
            wider = self._reach(wider, new, aliases)
            if wider == articles:
                break
            articles = wider
        return articles

    def _concerned(self, decided: Sequence[Decision], start: int) -> set[str] | None:
        """Return articles by way of which one comes to all that the decisions after a `seq` are about; None for all."""
        by_seq = {one.seq: one for one in decided}
        found: set[str] = set()
        for one in (decision for decision in decided if decision.seq > start):
            about = by_seq.get(one.detail["seq"]) if one.verb == "undo" else one
            if about is None:
                continue
            if about.verb == "same":
                names = (_text(("name", fold_name(name))) for name in (about.subject, about.detail["as"]))
                found.update(self._column("SELECT article FROM named WHERE key = ?", names))
            elif BY_WAY_OF in about.detail:
                found.add(about.detail[BY_WAY_OF])
            else:
                return None
        return found

    def _reach(self, articles: set[str], new: dict[str, set[str]], aliases: Sequence[set[str]]) -> set[str]:
        """Return the articles joined to these by names, as they were and as they are, over any number of steps."""
        reached, front = set(articles), set(articles)
        keys: set[str] = set()
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


def _same(decisions: Iterable[Decision]) -> Curation:
    """Return what the index goes by: who is one organisation; merged and split incidents are noted as they were."""
    return Curation(same=Curation.read(decisions).same)


def _pairs(curation: Curation) -> list[set[str]]:
    """Return the ids of incidents that belong together: merged ones, and what was split off with what it was."""
    split = {(part, subject) for (subject, _), part in curation.apart.items()}
    joins: UnionFind[str] = UnionFind()
    for pair in (*curation.merged.items(), *split):
        joins.union(*pair)
    return [set(group) for group in joins.to_sets()]


def _aliases(curation: Curation) -> list[set[str]]:
    """Return the names that curators say to be one organisation's, each organisation a set."""
    joins: UnionFind[str] = UnionFind()
    for one, other in curation.same:
        joins.union(_text(("name", one)), _text(("name", other)))
    return [set(group) for group in joins.to_sets()]


class Parts:
    """What a ledger tells at a `seq`, part by part; an index of it knows which articles belong together."""

    def __init__(self, index: Index, ledger: Ledger, seq: int) -> None:
        self._index, self._ledger, self._seq = index, ledger, seq

    def __iter__(self) -> Iterator[Told]:
        for articles in self._index.groups(self._ledger.decisions(self._seq)):
            yield read_told(self._ledger, self._seq, articles)
