"""In: what went wrong while reading text. Out: errors that say what, which, and what to do."""

from __future__ import annotations


class ExtractError(Exception):
    """Base of the errors that this package raises."""


class RuleError(ExtractError):
    """A rule file breaks the form of rule files: a key is missing, an id is used twice, a pattern does not compile."""

    def __init__(self, file: str, rule: str, problem: str) -> None:
        super().__init__(
            f"rules/{file}.yaml: rule {rule!r}: {problem}; mend the file, its form is told in rules/__init__"
        )
        self.file = file
        self.rule = rule
        self.problem = problem
