"""`chatbot eval`: a question set is put to the program and to the controls, judged, and held against its bounds."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from chatbot import baselines, controls, gates, reports, summary, text_report
from chatbot.annotations import annotate
from chatbot.errors import CaseError, ChatbotError, UsageError
from chatbot.exact_match import NAMES as SQUAD
from chatbot.formats import opened
from chatbot.gates import ALWAYS, Verdict
from chatbot.metrics import figures
from chatbot.report import Report, View, latency
from chatbot.running import NATURAL, Opener, run_beside_controls
from chatbot.selective import risk_coverage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from chatbot.baselines import Comparison, Earlier
    from chatbot.cases import Case
    from chatbot.metrics import Figures
    from chatbot.running import Watch
    from chatbot.scoring import Outcome
    from chatbot.settings import Settings


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a run; everything but `cases` may be left as it is.

    `bounds` are those of the command line, over those of `thresholds`. `skip_invalid`: see `formats.opened`. `ids` and
    `tags` choose cases that have any of them. `alpha`: see `gates.regressions`. `squad` adds SQuAD's figures. `outputs`
    are files whose suffix says what is written into them.
    """

    cases: Path
    documents: tuple[Path, ...] = ()
    settings: Settings = NATURAL
    thresholds: Path | None = None
    bounds: Mapping[str, float] = field(default_factory=dict)
    skip_invalid: bool = False
    ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    baseline: Path | None = None
    fail_on_regression: bool = False
    alpha: float | None = None
    save: Path | None = None
    squad: bool = False
    jobs: int = 1
    format: str = "text"
    outputs: tuple[Path, ...] = ()
    view: View = field(default_factory=View)
    quiet: bool = False

    @property
    def partial(self) -> bool:
        """Whether only some of the cases are wanted."""
        return bool(self.ids or self.tags)


def _chosen(request: Request, cases: Sequence[Case]) -> list[Case]:
    """The cases that are wanted; none at all is an invalid set, and an id that none has a mistake."""
    known = {case.id for case in cases}
    for name in request.ids:
        if name not in known:
            raise UsageError(f'{request.cases} has no case "{name}"')
    if not request.partial:
        return list(cases)
    chosen = [case for case in cases if case.id in request.ids or set(case.tags) & set(request.tags)]
    if not chosen:
        raise CaseError(str(request.cases), f"no case has the tag {', '.join(request.tags)}")
    return chosen


def _bounds(request: Request) -> dict[str, float]:
    """The bounds to hold. Those of the whole set mean nothing for a part of it, so only those of the option do."""
    own = ALWAYS if request.partial and not request.thresholds else gates.thresholds(request.cases, request.thresholds)
    return {**own, **request.bounds}


def _watch(cases: Sequence[Case], *, quiet: bool) -> Watch:
    """Says on stderr how far it is, if it takes longer than a second."""
    from tqdm import tqdm

    live = sys.stderr is not None and sys.stderr.isatty()
    return partial(
        tqdm,
        total=len(cases),
        unit="case",
        delay=1,
        mininterval=0.1 if live else 10,  # a log keeps every line
        leave=not live,
        disable=quiet,
        file=sys.stderr,
    )


def _threshold(opener: Opener, cases: Sequence[Case]) -> float | None:
    try:
        return opener.threshold(cases[0].documents)
    except ChatbotError:
        return None  # its turns say why


def _compared(request: Request, before: Sequence[Earlier], outcomes: Sequence[Outcome]) -> Comparison | None:
    if not request.baseline:
        return None
    asked = {outcome.case.id for outcome in outcomes}
    # of a part of the set, the rest is not gone
    meant = [turn for turn in before if turn.id in asked or not request.partial]
    return baselines.compare(request.baseline.name, meant, outcomes)


def _verdict(request: Request, measured: Figures, bounds: Mapping[str, float], compared: Comparison | None) -> Verdict:
    held = gates.regressions(compared, request.alpha) if compared and request.fail_on_regression else ()
    return Verdict((*gates.checks(measured, bounds), *held))


def measure(
    request: Request, cases: Sequence[Case], bounds: Mapping[str, float], before: Sequence[Earlier] = ()
) -> Report:
    """Put some cases to the program and to the controls, and hold the figures against their bounds."""
    opener = Opener(request.settings)
    answered = run_beside_controls(opener, cases, request.jobs, _watch(cases, quiet=request.quiet))
    outcomes = tuple(turn.program for turn in answered)
    squad = request.squad or any(name in bounds for name in SQUAD)
    measured, compared = figures(outcomes, squad=squad), _compared(request, before, outcomes)
    return Report(
        request.cases.name,
        outcomes,
        measured,
        {name: figures([turn.controls[name] for turn in answered], squad=squad) for name in controls.NAMES},
        tuple(risk_coverage([turn.forced for turn in answered])),
        _threshold(opener, cases),
        _verdict(request, measured, bounds, compared),
        compared,
        latency=latency(outcomes),
    )


def _checked(request: Request) -> None:
    """Raise UsageError for options that contradict each other."""
    if request.fail_on_regression and not request.baseline:
        raise UsageError("--fail-on-regression needs --baseline FILE to compare with")
    if request.alpha is not None and not request.fail_on_regression:
        raise UsageError("--alpha says which losses --fail-on-regression fails on; give both")
    if request.save and request.partial:
        raise UsageError("--save keeps the whole set; leave --id and --tag out")


def _refuse_to_overwrite(request: Request, cases: Sequence[Case]) -> None:
    """Raise UsageError where a report would replace what is measured, or another report."""
    bounds = request.thresholds or request.cases.parent / gates.FILE
    articles = {path for case in cases for path in case.documents}
    written: list[Path] = []
    for path in (*request.outputs, *filter(None, [request.save])):
        before = () if path == request.save else filter(None, [request.baseline])  # one may be made anew
        for other in (request.cases, bounds, *request.documents, *articles, *before):
            if _same(path, other) or (other.is_dir() and other.resolve() in path.resolve().parents):
                raise UsageError(f"{path} is what is measured, or part of it, and stays as it is; name another file")
        if any(_same(path, other) for other in written):
            raise UsageError(f"{path} is to be written twice; name another file")
        written.append(path)


def _same(path: Path, other: Path) -> bool:
    """Whether two names are of one file, by whatever links."""
    with suppress(OSError):  # one is not there
        return path.samefile(other)
    return path.resolve() == other.resolve()


def _write_all(report: Report, request: Request, outputs: Sequence[tuple[Path, reports.Render]]) -> None:
    """Write every file that can be written; raises the first error, after the others."""
    errors: list[ChatbotError] = []
    saves: list[Callable[[], object]] = [
        partial(reports.save, path, write(report, request.view)) for path, write in outputs
    ]
    if request.save:
        saves.append(partial(baselines.save, request.save, report.outcomes))
    for save in saves:
        try:
            save()
        except ChatbotError as error:  # noqa: PERF203 - one that fails must not keep the others from being written
            errors.append(error)
    if errors:
        raise errors[0]


def run_command(request: Request, echo: Callable[[str], None] = print, tell: Callable[[str], object] = str) -> int:
    """Run a question set, write and echo its reports; the verdict's exit code: 0 passed, 1 a bound is missed.

    `tell` takes what is worth knowing but differs between runs. Raises CaseError for an invalid set, UsageError for
    options and files that make no sense, before anything is run.
    """
    _checked(request)
    outputs = [(path, reports.of_suffix(path)) for path in request.outputs]
    bounds = _bounds(request)
    before = baselines.load(request.baseline) if request.baseline else ()
    with opened(request.cases, request.documents, skip_invalid=request.skip_invalid) as found:
        _refuse_to_overwrite(request, found.cases)
        report = measure(request, _chosen(request, found.cases), bounds, before)
    report = replace(report, left_out=tuple(map(str, found.left_out)))
    tell(f"{len(report.outcomes):,} turns; {' '.join(text_report.latency(report))}")
    try:
        echo(reports.FORMATS[request.format](report, request.view))
    finally:  # neither a file that cannot be written loses the others, nor a pipe that nobody reads to its end
        summary.append(report, request.view)
        annotate(report, request.view)
        _write_all(report, request, outputs)
    return report.verdict.exit_code
