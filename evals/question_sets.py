"""The question sets that `table.py` and `ablation.py` measure: our own, public ones, and variants made from them.

A variant asks the same questions about other documents:

- `joined`: five excerpts of $SETS/train to one document. Those on reference lists are left out.
- `squad2+list` and the like: each document with three made-up entries of a reference list at its end. They cost an
  answer if rules about sources take ordinary questions.

Cases whose gold is not in their document are left out and counted, so that a flaw in a public set hides no other
figure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from excerpt_cases import excerpt_cases, joined_cases

from chatbot.errors import CaseError
from chatbot.evals.cases.cases import check, parse
from chatbot.formats import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chatbot.evals.cases.cases import Case

OWN = Path(__file__).parent
OWN_SETS = ("leaky_gut/dev.jsonl", "leaky_gut/test.jsonl", "articles/cases.jsonl", "written/cases.jsonl")
FITTED = "squad2-train"  # measured nowhere, because weights are fitted on it
EXCERPTS, JOINED, WITH_LIST = "train", "joined", "+list"
# {} is the title of the document
ENTRIES = (
    "Hartley JM, Osei K. A short history of {}. Journal of Applied Surveys. 2009;14(2):101-118.",
    "Lindqvist P. Methods and Sources: A Handbook. 2nd ed. Oxford: Northgate Press; 2014.",
    "Moreau C, Abara N, Tan W. New findings on {}. Annual Review of Public Studies. 2018;6:33-57.",
)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Some cases with their documents.

    Attributes:
        name: what the set is called in options and rows.
        cases: the valid cases, or a sample of them.
        left_out: the number of invalid cases.
        base: the name of the set that this is a variant of.
    """

    name: str
    cases: tuple[Case, ...]
    left_out: int = 0
    base: str = ""


def _is_valid(case: Case) -> bool:
    try:
        check(case)
    except CaseError:
        return False
    return True


def sample(cases: Sequence[Case], limit: int | None) -> tuple[Case, ...]:
    """At most `limit` cases, spread evenly, because neighbours share a document."""
    return tuple(cases[:: -(-len(cases) // limit)] if limit else cases)


def _checked(name: str, cases: Sequence[Case], limit: int | None) -> QuestionSet:
    valid = [case for case in cases if _is_valid(case)]
    return QuestionSet(name, sample(valid, limit), len(cases) - len(valid))


def name_of(path: Path) -> str:
    """The name of a set: its folder or, if a folder has several, its file."""
    return path.parent.name if path.stem == "cases" else path.stem


def _with_entries(path: Path) -> str:
    """The text of a document with a reference list at its end, in the document's own format."""
    document = read(path)
    title = document.title_text.removesuffix(path.suffix).replace("_", " ")
    entries = "\n".join(f"{number}. {entry.format(title)}" for number, entry in enumerate(ENTRIES, 1))
    heading = "## References" if path.suffix == ".md" else "References"
    return f"{document.text.rstrip()}\n\n{heading}\n\n{entries}\n"


def with_lists(cases: Iterable[Case], folder: Path) -> list[Case]:
    """The same cases on copies of their documents with a reference list; the copies are written into a folder."""
    copies = []
    for case in cases:
        paths = tuple(folder / path.name for path in case.documents)
        for source, copy in zip(case.documents, paths, strict=True):
            if not copy.exists():
                copy.write_text(_with_entries(source), encoding="utf-8")
        copies.append(replace(case, documents=paths))
    return copies


class Library:
    """All question sets by name, in the order in which they are printed; each is read when it is asked for.

    Args:
        shared: the folder of the shared data, with `evals` and perhaps `train`, or its folder `evals`.
        work: a folder for the documents that are written, which must last as long as the sets are used.
        limit: the maximum number of cases per set.
    """

    def __init__(self, shared: Path, work: Path, limit: int | None = None) -> None:
        shared = shared if (shared / "evals").is_dir() else shared.parent
        self._work, self._limit, self._train = work, limit, shared / "train"
        self._loaded: dict[str, QuestionSet] = {}
        own = [OWN / name for name in OWN_SETS]
        public = [path for path in sorted(shared.glob("evals/*/cases.jsonl")) if path.parent.name != FITTED]
        self._paths = {name_of(path): path for path in [*own, *public]}
        excerpts = {JOINED: EXCERPTS} if (self._train / "documents.jsonl").exists() else {}
        self.bases = {**excerpts, **{name_of(path) + WITH_LIST: name_of(path) for path in public}}

    @property
    def names(self) -> list[str]:
        """The names of all sets."""
        return list(dict.fromkeys([*self._paths, *self.bases.values(), *self.bases]))

    @property
    def messages(self) -> Path:
        """The file of messages with their intents."""
        return self._train / "intents.jsonl"

    @property
    def unchanged(self) -> list[str]:
        """The names of the sets that are no variants."""
        return [name for name in self.names if name not in self.bases]

    def chosen(self, names: Sequence[str]) -> list[str]:
        """The given names or, without any, all. Raises UsageError for one that does not exist."""
        for name in names:
            if name not in self.names:
                raise click.UsageError(f"no set {name} (there are {', '.join(self.names)})")
        return list(names) or self.names

    def __getitem__(self, name: str) -> QuestionSet:
        """A set by its name. Raises KeyError."""
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def _load(self, name: str) -> QuestionSet:
        if name in self._paths:
            return _checked(name, parse(self._paths[name]), self._limit)
        base = self.bases.get(name, "")
        if not base and name not in self.bases.values():
            raise KeyError(name)
        folder = self._work / name
        folder.mkdir()
        if not base:
            return _checked(name, excerpt_cases(self._train, folder), self._limit)
        cases = self[base].cases  # the same sample
        copies = joined_cases(cases, self._train, folder) if name == JOINED else with_lists(cases, folder)
        return QuestionSet(name, tuple(copies), base=base)
