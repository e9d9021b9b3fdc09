"""In: articles, and how long one may take. Out: their extractions, from processes that are killed beyond it.

A worker is a fresh interpreter that loads the pipeline and reads one text after the other. It can be ended whatever it
is busy with, and whoever waits for it, and asks other things of the same process meanwhile, goes on. It is run as
`python -m extract.apart [MODEL]` by `Workers`, and by nothing else.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any, Final

from extract.errors import ExtractError, ReadLimitError
from ontology.records import Article, Extraction

_ROOT: Final = Path(__file__).parents[1]
_STARTUP: Final = 120.0  # seconds that a worker may take to load the pipeline; it is no part of any text's time
_GRACE: Final = 1.0  # seconds over its limit after which a worker that has not ended itself is killed


class Workers:
    """Workers for one pipeline, each started when it is first needed; from any thread. `close` ends them.

    Args:
        model: An installed spaCy pipeline to read with; None for the shipped one.
        most: How many texts are read at once; each worker takes some 300 MB.
    """

    def __init__(self, model: str | None = None, most: int = 2) -> None:
        self._model, self._closed = model, False
        self._seats: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(most):
            self._seats.put(None)

    def reader(self, seconds: float) -> tuple[str, Callable[[Article], Extraction]]:
        """Return the name of what reads and the reading itself, as `extract.pipeline.reader` does, with a time limit.

        Raises:
            ExtractError: The pipeline cannot be loaded; of the reading: it failed.
            ReadLimitError: Of the reading: it took longer than so many seconds, or its process ended.
        """
        with self._seated() as worker:
            name = worker.name
        return name, partial(self._read, seconds)

    def close(self) -> None:
        """End the workers, those that still read when they have read."""
        self._closed = True
        try:
            while True:
                if worker := self._seats.get_nowait():
                    worker.close()
        except Empty:
            return

    def _read(self, seconds: float, article: Article) -> Extraction:
        with self._seated() as worker:
            found = worker.read(article, seconds)
        assert isinstance(found, Extraction)
        return found

    @contextmanager
    def _seated(self) -> Iterator[_Worker]:
        """Give a worker to this thread alone, until the block ends."""
        worker = self._seats.get()
        try:
            if worker is None or worker.over:
                worker = _Worker(self._model)
            yield worker
        finally:
            if worker is not None and (worker.over or self._closed):
                worker.close()
                worker = None
            self._seats.put(worker)


class _Worker:
    """One process; what it is called is `name`, that of its pipeline."""

    def __init__(self, model: str | None) -> None:
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        command = [sys.executable, "-P", "-m", "extract.apart", *([model] if model else [])]
        ours, theirs = socket.socketpair()
        with theirs, ours:
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
                start_new_session=True,  # Ctrl-C ends the service, which lets the worker read to the end
            )
            self._connection = Connection(ours.detach())
        self._failed = False
        try:
            self.name = str(self._answer(_STARTUP))
        except BaseException:
            self.close()
            raise

    @property
    def over(self) -> bool:
        """Whether it has to be replaced."""
        return self._failed or self._process.poll() is not None

    def read(self, article: Article, seconds: float) -> Any:
        self._connection.send((article, seconds))
        return self._answer(seconds)

    def close(self) -> None:
        self._connection.close()
        self._process.kill()
        self._process.wait()

    def _answer(self, seconds: float) -> Any:
        self._failed = True  # until all has gone well
        try:
            if not self._connection.poll(seconds + _GRACE):
                raise ReadLimitError(f"took longer than {seconds:g} s to read")
            read, told = self._connection.recv()
        except (EOFError, OSError):
            timed = self._process.wait() == -signal.SIGALRM
            cause = f"took longer than {seconds:g} s to read" if timed else "ended the process that read it"
            raise ReadLimitError(cause) from None
        self._failed = False
        if not read:
            raise ExtractError(told)
        return told


def main() -> None:
    """Read until nobody asks any more."""
    from extract import pipeline  # spaCy takes seconds to import, and whoever starts workers does without

    connection = Connection(0)
    try:
        name, read = pipeline.reader(*sys.argv[1:])
        read(Article("first", "It fell."))  # what is loaded at the first text is loaded now, and counts for none
    except ExtractError as error:
        connection.send((False, str(error)))
        return
    connection.send((True, name))
    while True:
        article, seconds = connection.recv()
        signal.setitimer(signal.ITIMER_REAL, seconds)  # ends the process even where nobody waits for it any more
        answer: tuple[bool, Any]
        try:
            answer = (True, read(article))
        except Exception:
            answer = (False, traceback.format_exc())
        signal.setitimer(signal.ITIMER_REAL, 0)
        connection.send(answer)


if __name__ == "__main__":
    try:
        main()
    except (EOFError, ConnectionError):  # who asked is gone
        sys.exit(0)
