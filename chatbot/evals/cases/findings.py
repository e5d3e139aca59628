"""The findings of `chatbot eval lint`: values, and their text and JSON forms."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from chatbot.common.wording import counted

SCHEMA = 1  # of the findings as JSON


class Severity(str, Enum):
    """An error makes a set invalid; a warning says that a figure taken with it may mislead."""

    ERROR = "error"
    WARNING = "warning"


class Kind(str, Enum):
    """What is wrong."""

    FORM = "form"  # not readable as a question set
    GOLD = "gold"  # not in the document
    REFERENCE = "reference"  # no entry, or not cited with the gold
    DUPLICATE = "duplicate"
    MANY = "many"  # gold that occurs in many sentences
    LEAK = "leak"  # the question has the gold's wording
    TAG = "tag"
    SMALL = "small"  # too few turns for the threshold
    ONE_SIDED = "one-sided"  # only answerable or only unanswerable turns
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, and its `file:line`."""

    place: str
    severity: Severity
    kind: Kind
    message: str

    @property
    def text(self) -> str:
        """In the format of compiler messages."""
        return f"{self.place}: {self.severity.value}: {self.message}"


def error(place: str, kind: Kind, message: str) -> Finding:
    """A finding that makes the set invalid."""
    return Finding(place, Severity.ERROR, kind, message)


def warning(place: str, kind: Kind, message: str) -> Finding:
    """A finding that makes metrics less meaningful than they seem."""
    return Finding(place, Severity.WARNING, kind, message)


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings of a set, with its numbers of cases and turns."""

    found: tuple[Finding, ...]
    cases: int = 0
    turns: int = 0

    def count(self, severity: Severity) -> int:
        """The number of findings of a severity."""
        return sum(finding.severity is severity for finding in self.found)

    def exit_code(self, *, strict: bool) -> int:
        """4 with any error; 1 with a warning where `strict`; else 0."""
        if self.count(Severity.ERROR):
            return 4
        return 1 if strict and self.found else 0

    @property
    def text(self) -> str:
        """One line per finding, then a summary."""
        counts = [counted(self.count(severity), severity.value) for severity in Severity]
        size = f"{counted(self.cases, 'case')}, {counted(self.turns, 'turn')}"
        return "\n".join([*(finding.text for finding in self.found), f"{size}: {', '.join(counts)}"])

    def to_dict(self) -> dict[str, Any]:
        """The findings as a JSON object."""
        return {
            "schema": SCHEMA,
            "cases": self.cases,
            "turns": self.turns,
            "errors": self.count(Severity.ERROR),
            "warnings": self.count(Severity.WARNING),
            "findings": [self._one(finding) for finding in self.found],
        }

    @staticmethod
    def _one(finding: Finding) -> dict[str, str]:
        severity, kind = finding.severity.value, finding.kind.value
        return {"place": finding.place, "severity": severity, "kind": kind, "message": finding.message}
