"""A store whose writer is killed at random moments loses nothing that was acknowledged, and makes the rest again."""

from pathlib import Path

import pytest

from benchmarks.killing import kill


@pytest.mark.parametrize("place", ["sqlite", "postgres"])
def test_killed_at_random_moments_nothing_is_lost_and_all_is_made_again(
    tmp_path: Path, request: pytest.FixtureRequest, place: str
) -> None:
    url = str(request.getfixturevalue("postgres_url")) if place == "postgres" else None
    tally = kill(10 if url is None else 3, tmp_path, url, every=5)
    assert tally.sound, tally
    assert tally.acknowledged > 0
