"""Articles sent over HTTP: read once, told what became of them, kept over retries and restarts."""

from __future__ import annotations
