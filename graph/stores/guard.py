"""In: the text of a query and its parameters. Out: the same text, known to read only, with its parameters bound.

The check goes by tokens, so that a word in a string, a comment or a variable's name refuses nothing. It is one wall of
several: the worker opens the store read-only, and may neither write a file nor outlive its limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

import pyoxigraph as ox

from graph.stores.errors import QueryInvalidError, QueryRefusedError
from ontology import terms

LONGEST: Final = 100_000  # characters; looking through a query holds up whatever else its process does
# Each alternative is tried in order; "word" comes late, so that no keyword is seen inside another token. What is "open"
# has no end, or no meaning, and could hide a keyword from us that the engine sees: it is refused. A "run" is words and
# signs that no colon makes a name of; it is taken at once, as looking for the colon from each of them would never end.
_SPARQL: Final = re.compile(
    r'''(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|"(?:[^"\\\n\r]|\\.)*"|\'(?:[^\'\\\n\r]|\\.)*\')'''
    r"""|(?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)"""
    r"""|(?P<comment>\#[^\n\r]*)"""
    r"""|(?P<variable>[?$]\w+)"""
    r"""|(?P<name>[\w.-]*+:(?:[\w.:%-]|\\.)*)"""
    r"""|(?P<language>@[A-Za-z-]+)"""
    r"""|(?P<run>[\w.-]++)"""
    r"""|(?P<open>["'\\])"""
    r"""|(?P<other>.)""",
    re.DOTALL,
)
_CYPHER: Final = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<quoted>`[^`]*`)"""
    r"""|(?P<comment>//[^\n\r]*|/\*.*?\*/)"""
    r"""|(?P<variable>\$\w+)"""
    r"""|(?P<word>\w+)"""
    r"""|(?P<open>["'`\\]|/\*)"""
    r"""|(?P<other>.)""",
    re.DOTALL,
)
_RUN: Final = re.compile(r"(?P<word>\w+)|(?P<other>.)")
_SERVICE: Final = re.compile(r"(?<![\w:-])SERVICE")
_SPARQL_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_SPARQL_UPDATES: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)
_CYPHER_FORMS: Final = frozenset({"MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "EXPLAIN", "PROFILE"})
_CYPHER_REFUSED: Final = frozenset(
    {
        *("ALTER", "ATTACH", "BEGIN", "CALL", "CHECKPOINT", "COMMENT", "COMMIT", "COPY", "CREATE", "DELETE", "DETACH"),
        *("DROP", "EXPORT", "EXTENSION", "FORCE", "FOREACH", "IMPORT", "INSERT", "INSTALL", "LOAD", "MACRO", "MERGE"),
        *("REMOVE", "ROLLBACK", "SET", "UNINSTALL", "UPDATE", "USE"),
    }
)


def check_sparql(text: str) -> None:
    """Let a SPARQL query pass that only reads, and only from this store.

    Raises:
        QueryRefusedError: It updates, calls another service, or reads from a graph that is not in the store.
    """
    tokens = [(kind, token) for kind, token in _tokens(_SPARQL, text) if kind in {"word", "iri", "name"}]
    words = [token.upper() for kind, token in tokens if kind == "word"]
    form = _form(words)
    if form in _SPARQL_UPDATES:
        raise QueryRefusedError("SPARQL", f"{form} writes", "queries only read; change the graph by ingesting")
    if form not in _SPARQL_FORMS:
        raise QueryInvalidError(
            f"SPARQL query: it begins with {form!r}; begin with one of {', '.join(sorted(_SPARQL_FORMS))}, "
            "or ask Cypher as Cypher (on the command line: --cypher)"
        )
    if any(_calls_service(kind, token) for kind, token in tokens):
        raise QueryRefusedError("SPARQL", "SERVICE goes out to the network", "ask only what is in the store")
    for (kind, token), (_, following) in pairwise(tokens):
        if kind == "word" and token.upper() in {"FROM", "NAMED"} and not _is_ours(following):
            raise QueryRefusedError("SPARQL", f"FROM {following}", f"only graphs under <{terms.BASE}> are in the store")


def check_graphs(names: Iterable[str]) -> None:
    """Let the names of graphs pass that are in the store.

    Raises:
        QueryRefusedError: A graph is not in the store, and would have to be fetched.
        QueryInvalidError: A name is no IRI.
    """
    for name in names:
        try:
            ox.NamedNode(name)
        except ValueError as error:
            raise QueryInvalidError(f"{name!r} is no IRI of a graph ({error})") from error
        if not name.startswith(terms.BASE):
            raise QueryRefusedError("SPARQL", f"graph <{name}>", f"only graphs under <{terms.BASE}> are in the store")


def form_of(text: str) -> str:
    """Tell the form of a query, such as SELECT; of what is no query, some word, or nothing."""
    return _form(token.upper() for kind, token in _tokens(_SPARQL, text) if kind == "word")


def parameters(text: str) -> set[str]:
    """Name the parameters that a Cypher query uses."""
    return {token[1:] for kind, token in _tokens(_CYPHER, text) if kind == "variable"}


def names_graphs(text: str) -> bool:
    """Tell whether a SPARQL query says by FROM which graphs it is about."""
    found = (token.upper() == "FROM" for kind, token in _tokens(_SPARQL, text) if kind == "word")
    return "FROM" in text.upper() and any(found)


def check_cypher(text: str) -> None:
    """Let a Cypher query pass that only reads, and only from this store.

    Raises:
        QueryRefusedError: It is more than one statement, or holds a clause that writes, calls or reads a file.
    """
    tokens = [(kind, token) for kind, token in _tokens(_CYPHER, text) if kind != "comment" and token.strip()]
    if "\\u" in text:
        hint = "write the character itself, or give the text as a parameter"
        raise QueryRefusedError("Cypher", r"\u (Neo4j reads it before it looks for the ends of strings)", hint)
    words = [token.upper() for kind, token in tokens if kind == "word"]
    refused = next((keyword for word in words if (keyword := _refused(word))), None)
    if refused is not None:
        hint = "queries only read what is in the store (a property of that name goes in `backticks`)"
        raise QueryRefusedError("Cypher", f"{refused} is not allowed", hint)
    if not words or words[0] not in _CYPHER_FORMS:
        begin = words[0] if words else "nothing"
        raise QueryInvalidError(f"Cypher query: it begins with {begin!r}; begin with MATCH, UNWIND, WITH or RETURN")
    if ("other", ";") in tokens[:-1]:
        raise QueryRefusedError("Cypher", "it holds more than one statement", "send them one by one")


def bind_sparql(text: str, parameters: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
    r"""Put terms in the place of the `$name` variables, escaped as N-Triples has it; other variables stay.

    >>> print(bind_sparql("ASK { ?s ?p $o }", {"o": ox.Literal('a "b"')}))
    ASK { ?s ?p "a \"b\"" }
    """
    if not parameters:
        return text
    return "".join(
        str(parameters[token[1:]]) if kind == "variable" and token[0] == "$" and token[1:] in parameters else token
        for kind, token in _tokens(_SPARQL, text)
    )


def _tokens(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, str]]:
    if len(text) > LONGEST:
        raise QueryInvalidError(f"query: it has more than {LONGEST:,} characters; ask in several shorter ones")
    for match in pattern.finditer(text):
        if match.lastgroup == "open":
            found = f"{match.group()} at character {match.start()}"
            raise QueryInvalidError(f"query: {found} opens what is not closed, or escapes nothing; mend it")
        if match.lastgroup == "run":
            yield from _tokens(_RUN, match.group())
        else:
            yield match.lastgroup or "other", match.group()


def _form(words: Iterable[str]) -> str:
    return next((word for word in words if word not in {"BASE", "PREFIX"}), "nothing")


def _calls_service(kind: str, token: str) -> bool:
    """Tell whether a token may hold the keyword: an engine reads "5SERVICE", "a:.SERVICE", "SERVICEa:b" as several."""
    prefix, colon, local = token.upper().partition(":")
    return kind != "iri" and ("SERVICE" in prefix or _SERVICE.search(colon + local) is not None)


def _refused(word: str) -> str | None:
    if word[0].isdigit():  # "1LOAD" is 1, then LOAD
        return next((keyword for keyword in _CYPHER_REFUSED if word.endswith(keyword)), None)
    return word if word in _CYPHER_REFUSED else None


def _is_ours(token: str) -> bool:
    return token.upper() == "NAMED" or token.startswith(f"<{terms.BASE}")
