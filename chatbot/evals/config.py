"""What an evaluation run is asked to do, as one value with its checks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chatbot.bot import DEFAULT
from chatbot.errors import CaseError, UsageError
from chatbot.evals.run.results import View
from chatbot.evals.run.thresholds import FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from chatbot.evals.cases.cases import Case
    from chatbot.settings import Settings


def _same_file(path: Path, other: Path) -> bool:
    """Whether two paths lead to the same file, through links too."""
    with suppress(OSError):  # one of them does not exist
        return path.samefile(other)
    return path.resolve() == other.resolve()


def _is_part_of(path: Path, other: Path) -> bool:
    """Whether a path is another, or lies in it if that is a folder."""
    return _same_file(path, other) or (other.is_dir() and other.resolve() in path.resolve().parents)


@dataclass(frozen=True, slots=True)
class Request:
    """What to run, what to compare with, and what to write."""

    cases: Path
    documents: tuple[Path, ...] = ()  # of cases that name none; by default the bundled article
    within: tuple[Path, ...] = ()  # folders whose files cases may name, besides the set's own and the working folder
    settings: Settings = DEFAULT
    thresholds: Path | None = None  # the TOML file, if it is not in the folder of the cases
    bounds: Mapping[str, float] = field(default_factory=dict)  # these replace those of the file
    skip_invalid: bool = False  # leave out cases whose gold is not in their document
    ids: tuple[str, ...] = ()  # run only the cases with one of these ids or tags
    tags: tuple[str, ...] = ()
    baseline: Path | None = None  # an earlier run to compare with
    fail_on_regression: bool = False
    alpha: float | None = None  # tolerate losses that are not significant at this level
    save: Path | None = None  # where to save this run, as the baseline of later ones
    squad: bool = False  # measure SQuAD's exact match and F1 too
    jobs: int = 1  # worker processes
    format: str = "text"  # of the report that is shown
    outputs: tuple[Path, ...] = ()  # reports to write; the suffix decides the format
    view: View = field(default_factory=View)

    @property
    def partial(self) -> bool:
        """Whether only some of the cases are to be run."""
        return bool(self.ids or self.tags)

    def check(self) -> None:
        """Raise UsageError for options that contradict each other."""
        if self.fail_on_regression and not self.baseline:
            raise UsageError("--fail-on-regression needs --baseline FILE to compare with")
        if self.alpha is not None and not self.fail_on_regression:
            raise UsageError("--alpha says which losses --fail-on-regression tolerates; give both")
        if self.save and self.partial:
            raise UsageError("--save keeps the whole set; leave --id and --tag out")

    def select(self, cases: Sequence[Case]) -> list[Case]:
        """The cases to run. Raises UsageError for an unknown id, CaseError if no case is left."""
        known = {case.id for case in cases}
        for name in self.ids:
            if name not in known:
                raise UsageError(f'{self.cases} has no case "{name}"')
        if not self.partial:
            return list(cases)
        selected = [case for case in cases if case.id in self.ids or set(case.tags) & set(self.tags)]
        if not selected:
            raise CaseError(str(self.cases), f"no case has the tag {', '.join(self.tags)}")
        return selected

    def _inputs(self, cases: Iterable[Case]) -> Iterator[Path]:
        yield from (self.cases, self.thresholds or self.cases.parent / FILE, *self.documents)
        yield from {path for case in cases for path in case.documents}

    def check_outputs(self, cases: Iterable[Case]) -> None:
        """Raise UsageError if an output would replace an input or another output, or if its folder does not exist."""
        inputs = list(self._inputs(cases))
        reports = [(path, [*inputs, *filter(None, [self.baseline])]) for path in self.outputs]
        saved = [(path, inputs) for path in filter(None, [self.save])]  # which may replace the baseline
        written: list[Path] = []
        for path, protected in (*reports, *saved):
            if any(_is_part_of(path, other) for other in protected):
                raise UsageError(f"{path} is an input of this run, or part of one; name another file")
            if any(_same_file(path, other) for other in written):
                raise UsageError(f"{path} would be written twice; name another file")
            if not path.resolve().parent.is_dir():
                raise UsageError(f"{path}: there is no folder {path.parent}; make it first")
            written.append(path)
