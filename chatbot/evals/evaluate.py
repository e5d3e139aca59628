"""`chatbot eval`: a question set is put to the program and to the controls, judged, and held against its bounds."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from chatbot.common.wording import counted
from chatbot.errors import ArticleError, CaseError, UsageError
from chatbot.evals import output_files
from chatbot.evals.formats.detect import opened
from chatbot.evals.github import step_summary, workflow_commands
from chatbot.evals.metrics.registry import figures
from chatbot.evals.metrics.risk_coverage import risk_coverage
from chatbot.evals.metrics.squad import NAMES as SQUAD
from chatbot.evals.reports import registry, text
from chatbot.evals.run import baselines, regression, thresholds
from chatbot.evals.run.results import Report, latency
from chatbot.evals.run.runner import Opener, run_beside_controls
from chatbot.evals.run.thresholds import ALWAYS, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chatbot.evals.cases.cases import Case
    from chatbot.evals.config import Request
    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.metrics.registry import Figures
    from chatbot.evals.run.regression import Comparison, Result
    from chatbot.evals.run.runner import Watch


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
    own = (
        ALWAYS
        if request.partial and not request.thresholds
        else thresholds.thresholds(request.cases, request.thresholds)
    )
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


def _threshold(opener: Opener, case: Case) -> float:
    """The confidence in use; a document that cannot be read, or the owner's words beside it, is found out here."""
    try:
        return opener.threshold(case.documents)
    except ArticleError as error:
        raise CaseError(case.place, f"its document cannot be asked: {error}") from error


def _compared(request: Request, before: Sequence[Result], outcomes: Sequence[Outcome]) -> Comparison | None:
    if not request.baseline:
        return None
    asked = {outcome.case.id for outcome in outcomes}
    # of a part of the set, the rest is not gone
    meant = [turn for turn in before if turn.id in asked or not request.partial]
    return regression.compare(request.baseline.name, meant, outcomes)


def _verdict(request: Request, measured: Figures, bounds: Mapping[str, float], compared: Comparison | None) -> Verdict:
    held = thresholds.regressions(compared, request.alpha) if compared and request.fail_on_regression else ()
    return Verdict((*thresholds.checks(measured, bounds), *held))


def measure(
    request: Request, cases: Sequence[Case], bounds: Mapping[str, float], before: Sequence[Result] = ()
) -> Report:
    """Put some cases to the program and to the controls, and hold the figures against their bounds."""
    opener = Opener(request.settings)
    threshold = _threshold(opener, cases[0])
    answered = run_beside_controls(opener, cases, request.jobs, _watch(cases, quiet=request.quiet))
    outcomes = tuple(turn.program for turn in answered)
    squad = request.squad or any(name in bounds for name in SQUAD)
    measured, compared = figures(outcomes, squad=squad), _compared(request, before, outcomes)
    return Report(
        request.cases.name,
        outcomes,
        measured,
        {name: figures([turn.controls[name] for turn in answered], squad=squad) for name in baselines.NAMES},
        tuple(risk_coverage([turn.forced for turn in answered])),
        threshold,
        _verdict(request, measured, bounds, compared),
        compared,
        latency=latency(outcomes),
    )


def _told(request: Request) -> str:
    """What a run of a part leaves out."""
    held = thresholds.thresholds(request.cases) if request.partial and not request.thresholds else ALWAYS
    return "" if held == ALWAYS else f"{thresholds.FILE} is of the whole set, and not held for a part of it"


def _measured(request: Request) -> Report:
    """The run of a set, whose documents are unpacked as long as it takes."""
    bounds = _bounds(request)
    before = regression.load(request.baseline) if request.baseline else ()
    with opened(request.cases, request.documents, skip_invalid=request.skip_invalid) as found:
        output_files.refuse_to_overwrite(request, found.cases)
        report = measure(request, _chosen(request, found.cases), bounds, before)
    return replace(report, left_out=tuple(map(str, found.left_out)))


def run_command(request: Request, echo: Callable[[str], None] = print, tell: Callable[[str], object] = str) -> int:
    """Run a question set, write and echo its reports; the verdict's exit code: 0 passed, 1 a bound is missed.

    `tell` takes what is worth knowing but differs between runs. Raises CaseError for an invalid set, UsageError for
    options and files that make no sense, before anything is run.
    """
    request.check()
    for path in request.outputs:
        registry.of_suffix(path)
    try:
        report = _measured(request)
    except CaseError as fault:
        workflow_commands.invalid(fault)
        step_summary.invalid(request.cases.name, fault)
        raise
    tell(f"{counted(len(report.outcomes), 'turn')}; {' '.join(text.latency(report))}")
    if left := _told(request):
        tell(left)
    try:
        echo(registry.FORMATS[request.format](report, request.view))
    finally:  # neither a file that cannot be written loses the others, nor a pipe that nobody reads to its end
        step_summary.append(report, request.view)
        workflow_commands.annotate(report, request.view)
        output_files.write_all(request, report)
    return report.verdict.exit_code
