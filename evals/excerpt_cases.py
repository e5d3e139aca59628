"""The questions on the held-back excerpts of $SETS/train as cases, with their documents.

Only the half of the excerpts is used that nothing was fitted on: see `held_back` and `tested` in
`evals/reader/reader_data.py`; `evals/excerpts.py` says what is right.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from excerpts import groups, joined, lines, markdown, turns

from chatbot.evals.cases.cases import Case

sys.path.append(str(Path(__file__).parent / "reader"))  # its scripts run by themselves
from reader_data import held_back, tested

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from excerpts import Record

    from chatbot.evals.cases.cases import CaseTurn

ON_LIST = "list: "  # begins the tag of a question on a reference list


def reported_excerpts(train: Path) -> dict[str, Record]:
    """The excerpts that figures are reported on, by name."""
    excerpts = list(lines(train / "documents.jsonl"))
    names = tested(held_back(excerpts))
    return {excerpt["document"]: excerpt for excerpt in excerpts if excerpt["document"] in names}


def _with_spare_gold(turn: CaseTurn) -> CaseTurn:
    """The turn with its gold tolerated: where several sentences answer, none of them is a quote too many."""
    return replace(turn, tolerated=(*(string for group in turn.gold for string in group), *turn.tolerated))


def _cases(path: Path, tag: str, excerpts: dict[str, Record], folder: Path) -> Iterator[Case]:
    """The cases of a file on some excerpts, whose documents are in a folder."""
    for number, record in enumerate(lines(path), 1):
        if excerpt := excerpts.get(record["document"]):
            asked = tuple(map(_with_spare_gold, turns(record, excerpt)))
            document = folder / f"{record['document']}.md"
            yield Case(f"{path.stem}-{number}", f"{path}:{number}", (document,), asked, (tag + record["kind"],))


def excerpt_cases(train: Path, folder: Path) -> list[Case]:
    """The cases on the excerpts that figures are reported on, tagged with their kind.

    Args:
        train: the folder `train` of the shared data.
        folder: where the documents are written.
    """
    excerpts = reported_excerpts(train)
    for name, excerpt in excerpts.items():
        (folder / f"{name}.md").write_text(markdown(excerpt), encoding="utf-8")
    questions = _cases(train / "questions.jsonl", "", excerpts, folder)
    return [*questions, *_cases(train / "references.jsonl", ON_LIST, excerpts, folder)]


def is_on_list(case: Case) -> bool:
    """Whether a case is about a reference list."""
    return case.tags[0].startswith(ON_LIST)


def joined_cases(cases: Sequence[Case], train: Path, folder: Path) -> list[Case]:
    """The same cases without those on reference lists, on documents of five excerpts each.

    Args:
        cases: cases of `excerpt_cases`.
        train: the folder `train` of the shared data.
        folder: where the documents are written.
    """
    place: dict[str, Path] = {}
    for number, group in enumerate(groups(reported_excerpts(train).values()), 1):
        path = folder / f"joined-{number}.md"
        path.write_text(joined(group), encoding="utf-8")
        place.update((excerpt["document"], path) for excerpt in group)
    return [replace(case, documents=(place[case.documents[0].stem],)) for case in cases if not is_on_list(case)]
