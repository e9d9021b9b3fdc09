"""In: what could not be read or loaded. Out: errors that say what, which file or rule, and what to do.

ExtractError
├── ReadError        a file that holds no article
├── ReadLimitError   a text whose reading was ended at its limit
├── RuleError        a rule file that breaks the form of rule files
└── SetupError       a pipeline that cannot be loaded
"""

from __future__ import annotations

from pathlib import Path


class ExtractError(Exception):
    """Base of the errors that this package raises."""


class ReadError(ExtractError):
    """A file does not hold an article that can be read."""

    def __init__(self, path: Path, cause: str, remedy: str) -> None:
        super().__init__(f"{path}: {cause}; {remedy}")
        self.path = path
        self.cause = cause
        self.remedy = remedy


class ReadLimitError(ExtractError):
    """The reading of a text was ended before its end."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"the text {cause}; send it in parts, or raise the limit")


class SetupError(ExtractError):
    """A language pipeline cannot be loaded."""

    def __init__(self, what: str, problem: str, remedy: str) -> None:
        super().__init__(f"{what}: {problem}; {remedy}")
        self.what = what
        self.problem = problem


class RuleError(ExtractError):
    """A rule file breaks the form of rule files: a key is missing, an id is used twice, a pattern does not compile."""

    def __init__(self, file: str, rule: str, problem: str) -> None:
        super().__init__(
            f"rules/{file}.yaml: rule {rule!r}: {problem}; mend the file, its form is told in rules/__init__"
        )
        self.file = file
        self.rule = rule
        self.problem = problem
