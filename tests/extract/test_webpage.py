"""Pages reduced to their articles: paragraphs kept, scripts and navigation gone, hostile pages in little time."""

from __future__ import annotations

import time

import pytest

from extract.webpage import read_page


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>One<p>Two", "One\n\nTwo"),
        ("<div>One <b>bold</b>\n word</div><div>Two</div>", "One bold word\n\nTwo"),
        ("<h1>Head</h1>Text<ul><li>a<li>b</ul>", "Head\n\nText\n\na\n\nb"),
        ("One<br>Two &amp; three &#39;four&#39; &euro;5", "One Two & three 'four' €5"),
        ("<nav><p>Home</nav><p>Text<footer>Terms</footer><script>if (a<b) '<p>no'</script>", "Text"),
        ("<style>p { }</style><SCRIPT>x</SCRIPT ><p>Text<!-- <p>no --></p>", "Text"),
        ("<nav><nav>in</nav>still</nav>Text", "Text"),
        ("<article>Short</article><p>Aside<article>The longer article</article>", "The longer article"),
        ("<main><p>A<article><p>B and more</article></main>", "B and more"),
        ("<article></article><p>Only here", "Only here"),
        ("<head><title>T</title><body><p>Text", "Text"),
        ("a < b and 3 <4 and <b", "a < b and 3 <4 and <b"),
        ('<p title="a > b">Text</p>', "Text"),
        ('<p title="a > <b">Text</p><p title="a', 'Text\n\n<p title="a'),
        ("<![CDATA[no]]><?php no ?><!doctype html>Text", "Text"),
        ("&#99999999999; &#xFFFFFFFFF; &#0; Text", "\ufffd \ufffd \ufffd Text"),
        ("", ""),
    ],
)
def test_the_text_of_a_page(source: str, text: str) -> None:
    assert read_page(source).text == text


def test_what_a_page_says_of_itself() -> None:
    page = read_page(
        "<head><title>T &amp; U | Post</title><meta property='og:site_name' content='The Post'>"
        '<meta content="2025-12-04T10:00" property="article:published_time"><body>Text'
    )
    assert (page.title, page.publisher, page.published, page.url) == ("T & U | Post", "The Post", "2025-12-04", None)
    assert read_page("<meta property=article:published_time content=yesterday>x").published is None


PARTS = [
    "<a ",
    "<!--",
    "<![CDATA[",
    "&",
    "<a x='",
    "<!",
    "</",
    "<p>",
    "<nav><div>",
    "<article>",
    "<script>",
    "&#9",
    "<title>",
]
PARTS += ['<x " ', '" <x"', "<x '\" "]
PARTS += ["<a '\"", "<a \"'<b '\"", "<meta a=b ", "<meta content='", "<meta " + "a" * 100_000 + ">", "\x00<a ", "<p =a"]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: repr(part[:12]))
def test_a_hostile_page_takes_little_time(part: str) -> None:
    source = (part * (300_000 // len(part) + 1))[:300_000]
    begun = time.process_time()
    read_page(source)
    assert time.process_time() - begun < 3
