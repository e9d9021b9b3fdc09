"""Articles sent over HTTP: read once, told what became of them, kept over retries and restarts."""

from __future__ import annotations

import time
from threading import Event
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.http.jobs import Sending
from breachtrace import Article, Extraction
from tests.api.http.conftest import STORY, Serve, tiny
