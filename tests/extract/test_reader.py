"""Files in, articles or one clear error out."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from extract.errors import ReadError
from extract.files import article_files
from extract.reader import LARGEST, read_article

BODY = "Hackers broke into the shop. Orders fell by a third."
BOMB = (
    "a0: &a0 x\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)) + "published: *a9"
)


def test_plain_text_with_mark_and_spaces(tmp_path: Path) -> None:
    path = tmp_path / "my story.txt"
    path.write_bytes(b"\xef\xbb\xbf\n" + BODY.encode() + b"\n\n")
    article = read_article(path)
    assert (article.id, article.text, article.title) == ("my-story", BODY, None)


def test_front_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"---\ntitle: 'Shop: hacked'\npublished: 2025-11-29\nurl: https://x.example/a\n---\n\n{BODY}\n")
    article = read_article(path)
    assert article.text == BODY
    assert (article.title, article.published, article.url) == (
        "Shop: hacked",
        date(2025, 11, 29),
        "https://x.example/a",
    )


def test_json_keeps_text_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"id": "x/1", "text": BODY + "\n", "published": "2025-11-29T10:00:00Z"}))
    article = read_article(path)
    assert (article.id, article.text, article.published) == ("x-1", BODY + "\n", date(2025, 11, 29))


@pytest.mark.parametrize(
    ("name", "charset"), [("page.html", "utf-8"), ("page.HTM", "euc-kr"), ("page.html", "windows-1252")]
)
def test_a_web_page_is_reduced_to_its_article(tmp_path: Path, name: str, charset: str) -> None:
    path = tmp_path / name
    source = (
        f'<meta charset="{charset}"><meta property="og:site_name" content="Harbour Post"><title>Sellers</title>'
        '<meta property="article:published_time" content="2025-12-04T09:00:00Z"><nav>Home</nav>'
        "<article><p>Because of the breach, orders <b>fell</b>.</p><p>Drivers lost income.</p></article>"
    )
    path.write_bytes(source.encode(charset))
    article = read_article(path)
    assert article.text == "Because of the breach, orders fell.\n\nDrivers lost income."
    assert (article.id, article.title, article.publisher) == ("page", "Sellers", "Harbour Post")
    assert article.published == date(2025, 12, 4)
    assert article_files([tmp_path]) == [path]


@pytest.mark.parametrize(
    ("name", "data", "cause"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t", "empty"),
        ("a.txt", b"caf\xe9 owners lost their orders", "not UTF-8"),
        ("a.html", b"<meta charset=euc-kr><p>caf\xff owners lost their orders", "is not EUC-KR"),
        ("a.html", b"<meta charset=idna><p>caf owners lost their orders", "encoding that is not taken"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0", "binary"),
        ("a.txt", b"12 34 56 / 78", "no sentence"),
        ("a.txt", b"---\ntitle: [\n---\nHackers broke into the little shop.", "front matter"),
        ("a.txt", b"---\npublished: soon\n---\nHackers broke into the little shop.", "date"),
        ("a.txt", f'---\nx: !!bool "so"\n---\n{BODY}'.encode(), "front matter"),
        ("a.txt", f'---\nx: !!timestamp "so"\n---\n{BODY}'.encode(), "front matter"),
        ("a.txt", f"---\nx: {'[' * 900}{']' * 900}\n---\n{BODY}".encode(), "front matter"),
        ("a.txt", f'---\ntitle: "\\ud800"\n---\n{BODY}'.encode(), "surrogate"),
        ("a.txt", f"---\n{BOMB}\n---\n{BODY}".encode(), "date"),
        ("a.txt", f"---\na: &a {{x: 1}}\ntitle: {{<<: *a}}\n---\n{BODY}".encode(), "front matter"),
        ("a.txt", f"---\n# {'x' * 20_000}\n---\n{BODY}".encode(), "characters of front matter"),
        ("a.txt", b"x" * (LARGEST + 1), "bytes"),
        ("a.json", json.dumps({"text": BODY, "url": "\ud800"}).encode(), "surrogate"),
        ("a.json", json.dumps({"text": BODY + "\0" + BODY * 9}).encode(), "control"),
        ("a.txt", f"---\ntitle: Sellers\n\n{BODY}".encode(), "front matter begins with --- and is not closed"),
        ("a.json", b"{", "not JSON"),
        ("a.json", b"[1, 2]", "without an article"),
        ("a.json", b'{"text": "\\ud800 broke into the little shop then"}', "surrogate"),
        ("a.json", b'{"text": " "}', "no sentence"),
    ],
)
def test_what_is_no_article_says_why(tmp_path: Path, name: str, data: bytes, cause: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ReadError, match=cause) as caught:
        read_article(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_line_above_a_text_opens_no_front_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"---\n{BODY}", "utf-8")
    assert read_article(path).text == f"---\n{BODY}"


@pytest.mark.parametrize("number", ["007", "1" + "0" * 5000, "0x" + "f" * 5000, "1" + ":59" * 5000])
def test_a_number_in_front_matter_is_kept_as_it_is_written(tmp_path: Path, number: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"---\ntitle: {number}\npublished: 20251129\n---\n{BODY}", "utf-8")
    article = read_article(path)
    assert (article.title, article.published) == (number, date(2025, 11, 29))


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    for path in (tmp_path / "a.txt", Path("/dev/zero")):
        with pytest.raises(ReadError, match="no regular file"):
            read_article(path)


def test_missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read_article(tmp_path / "none.txt")
    with pytest.raises(ReadError, match="cannot be read"):
        read_article(tmp_path)
