"""Numbers, long texts and commands worded for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def counted(number: int, noun: str) -> str:
    """A number with its noun in the singular or the plural: "1 case", "2,000 cases"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def shorten(text: str, width: int = 60) -> str:
    """The text on one line, cut to `width` characters; an ellipsis marks the cut."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1].rstrip()}…"


def format_ranges(numbers: Iterable[int]) -> str:
    """Distinct numbers in ascending order, runs joined by a hyphen: `1-3, 5`."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][-1] == number - 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)


def pip_install(extra: str) -> str:
    """The command that installs an optional extra of this distribution."""
    return f'pip install "verbatim-chatbot[{extra}]"'
