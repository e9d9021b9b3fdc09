"""In: articles to read. Out: jobs that are on the disk before anybody hears of them, and what became of each.

Every article that is sent becomes a job, in the order of arrival, those that are answered at once as well. So one that
was accepted outlives the process; and a request that is sent again with the same Idempotency-Key finds its job, and
gets the same answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection, Row
from typing import Any, Final
from uuid import uuid4

from api.http.database import Database
from api.http.problems import Problem
from breachtrace import Article

KEPT: Final = timedelta(days=7)  # how long a job that is done can be asked for, and its request sent again
ATTEMPTS: Final = 3  # an article that ends the process so often is given up
_WAITING: Final = "SELECT count(*) FROM jobs WHERE status IN ('queued', 'running')"
_FIELDS: Final = ("id", "text", "title", "publisher", "published", "url")


@dataclass(frozen=True, slots=True)
class Job:
    """One article that was sent. `result` is what was read or what went wrong, `answer` the request's own answer."""

    id: str
    article: str
    status: str
    created: str
    finished: str | None
    result: Mapping[str, Any] | None
    answer: tuple[int, Mapping[str, Any]] | None

    @property
    def over(self) -> bool:
        """Whether it was read, or could not be."""
        return self.status in ("done", "failed")

    @property
    def repeatable(self) -> bool:
        """Whether its reading was ended at its limit, so that another try may do; its article is kept."""
        return bool(self.result and self.result.get("code"))


@dataclass(frozen=True, slots=True)
class Sending:
    """A request that sends an article: who, its Idempotency-Key if it has one, and a hash of all of it."""

    caller: str
    key: str | None
    digest: str


class Jobs:
    """The jobs in a store's folder; at most `limit` of them wait."""

    def __init__(self, folder: Path, limit: int, idle: int = 0) -> None:
        self._database, self._limit = Database(folder, idle), limit
        self.close = self._database.close

    def submit(self, article: Article, sending: Sending) -> Job:
        """Queue an article, and return when that is on the disk; the job there is, where it was sent before.

        Raises:
            Problem: The queue is full, or the Idempotency-Key was another request's.
        """
        job = uuid4().hex
        body = json.dumps({name: getattr(article, name) for name in _FIELDS}, default=str)
        values = (job, sending.caller, sending.key, sending.digest, article.id, body, _now())
        with self._database.writing() as database:
            database.execute("DELETE FROM jobs WHERE finished < ?", (_now(-KEPT),))
            asked = "SELECT * FROM jobs WHERE caller = ? AND idempotency = ?"
            known = database.execute(asked, (sending.caller, sending.key)).fetchone()
            if known is not None:
                same = _same(known, sending)
                return _again(database, same) if same.repeatable else same
            if database.execute(_WAITING).fetchone()[0] >= self._limit:
                told = f"{self._limit} articles wait to be read; send it again in a while"
                raise Problem(503, "Queue full", told, {"Retry-After": "10"})
            columns = "id, caller, idempotency, digest, article, body, created"
            database.execute(f"INSERT INTO jobs ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            return _job(database.execute("SELECT * FROM jobs WHERE id = ?", (job,)).fetchone())

    def again(self, job: str) -> Job | None:
        """Let a job wait again whose reading was ended at its limit; None where there is none such.

        Raises:
            Problem: It is not over, was read, or would fail again.
        """
        with self._database.writing() as database:
            row = database.execute("SELECT * FROM jobs WHERE id = ?", (job,)).fetchone()
            if row is None:
                return None
            if not _job(row).repeatable:
                told = "only a job is read again whose reading was ended at its limit; send the article anew"
                raise Problem(409, "Not to be read again", told)
            return _again(database, _job(row))

    def find(self, job: str) -> Job | None:
        """Return a job by its id."""
        with self._database.connected() as database:
            row = database.execute("SELECT * FROM jobs WHERE id = ?", (job,)).fetchone()
        return None if row is None else _job(row)

    def waiting(self) -> int:
        """Count those that are not over."""
        with self._database.connected() as database:
            return int(database.execute(_WAITING).fetchone()[0])

    def take(self) -> tuple[str, Article] | None:
        """Begin the oldest job that waits, and return its id and article; None where none waits.

        For the one reader alone: what is `running` was begun by one that has ended.
        """
        with self._database.writing() as database:
            row = database.execute(
                "SELECT * FROM jobs WHERE status IN ('queued', 'running') ORDER BY number LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            change = "UPDATE jobs SET status = 'running', attempts = attempts + 1 WHERE id = ?"
            database.execute(change, (row["id"],))
        if row["attempts"] >= ATTEMPTS:
            self.finish(row["id"], "failed", {"problem": f"reading it has ended the process {ATTEMPTS} times"})
            return self.take()
        return row["id"], _article(row["body"])

    def finish(self, job: str, status: str, result: Mapping[str, Any]) -> None:
        """Note what became of a job."""
        kept = "body" if result.get("code") else "NULL"  # what may be read again
        change = f"UPDATE jobs SET status = ?, result = ?, finished = ?, body = {kept} WHERE id = ?"
        with self._database.connected() as database:
            database.execute(change, (status, json.dumps(result), _now(), job))

    def put_back(self, job: str) -> None:
        """Let a job wait again that nothing became of, through no fault of its own."""
        with self._database.connected() as database:
            database.execute("UPDATE jobs SET status = 'queued', attempts = attempts - 1 WHERE id = ?", (job,))

    def answered(self, job: str, status: int, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        """Note what a job's request is answered with, and return what it is: the first answer counts."""
        change = "UPDATE jobs SET answer = ? WHERE id = ? AND answer IS NULL"
        with self._database.writing() as database:
            database.execute(change, (json.dumps([status, body]), job))
            (told,) = database.execute("SELECT answer FROM jobs WHERE id = ?", (job,)).fetchone()
        first, known = json.loads(told)
        return first, known


def _same(row: Row, sending: Sending) -> Job:
    if row["digest"] != sending.digest:
        told = "this Idempotency-Key came with another request; send a new key with a new request"
        raise Problem(422, "Idempotency-Key used before", told)
    return _job(row)


def _again(database: Connection, job: Job) -> Job:
    forget = "status = 'queued', attempts = 0, finished = NULL, result = NULL, answer = NULL"
    database.execute(f"UPDATE jobs SET {forget} WHERE id = ?", (job.id,))
    return replace(job, status="queued", finished=None, result=None, answer=None)


def _job(row: Row) -> Job:
    result, answer = (json.loads(row[name]) if row[name] else None for name in ("result", "answer"))
    told = tuple(answer) if answer else None
    return Job(row["id"], row["article"], row["status"], row["created"], row["finished"], result, told)


def _article(body: str) -> Article:
    told = json.loads(body)
    published = date.fromisoformat(told.pop("published")) if told["published"] else None
    return Article(**{**told, "published": published})


def _now(later: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + later).isoformat(timespec="seconds")
