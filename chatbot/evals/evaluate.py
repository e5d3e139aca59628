"""`chatbot eval`: runs a question set, measures the program and the baselines, and checks the bounds."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from chatbot.common.progress import counting
from chatbot.common.wording import counted
from chatbot.errors import ArticleError, CaseError, UsageError
from chatbot.evals import github, output_files
from chatbot.evals.formats.detect import opened
from chatbot.evals.metrics.registry import SQUAD, figures
from chatbot.evals.metrics.risk_coverage import risk_coverage
from chatbot.evals.reports import registry, text
from chatbot.evals.run import baselines, regression, thresholds
from chatbot.evals.run.results import Report, latency
from chatbot.evals.run.runner import open_bot, run_with_baselines
from chatbot.evals.run.thresholds import ALWAYS, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from chatbot.evals.cases.cases import Case
    from chatbot.evals.config import Request
    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.metrics.registry import Figures
    from chatbot.evals.run.regression import Comparison, Result
    from chatbot.evals.run.runner import Progress
    from chatbot.settings import Settings


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


def _progress(cases: Sequence[Case], *, quiet: bool) -> Progress:
    """Passes the results of the cases on and shows on stderr how many are done."""
    stream = None if quiet else sys.stderr
    return lambda results: counting(results, "Asking the cases ...", len(cases), stream)


def _threshold(settings: Settings, case: Case) -> float:
    """The threshold in use. Raises CaseError if the documents of a case, or their synonyms, cannot be read."""
    try:
        return open_bot(settings, case.documents).threshold
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
    """Run some cases and check the figures against their bounds."""
    threshold = _threshold(request.settings, cases[0])
    turns = run_with_baselines(request.settings, cases, request.jobs, _progress(cases, quiet=request.quiet))
    outcomes = tuple(turn.program for turn in turns)
    squad = request.squad or any(metric.name in bounds for metric in SQUAD)
    measured, compared = figures(outcomes, squad=squad), _compared(request, before, outcomes)
    return Report(
        request.cases.name,
        outcomes,
        measured,
        {name: figures([turn.baselines[name] for turn in turns], squad=squad) for name in baselines.NAMES},
        tuple(risk_coverage([turn.forced for turn in turns])),
        threshold,
        _verdict(request, measured, bounds, compared),
        compared,
        latency=latency(outcomes),
    )


def _notes(request: Request, report: Report) -> Iterator[str]:
    """What is worth knowing of a run but differs between runs, or is left out of a run of a part."""
    yield f"{counted(len(report.outcomes), 'turn')}; {' '.join(text.latency(report))}"
    ignored = thresholds.thresholds(request.cases) if request.partial and not request.thresholds else ALWAYS
    if ignored != ALWAYS:
        yield f"{thresholds.FILE} is for the whole set and is not applied to a part of it"


def _measured(request: Request) -> Report:
    """The run of a set, whose documents are unpacked as long as it takes."""
    bounds = _bounds(request)
    before = regression.load(request.baseline) if request.baseline else ()
    with opened(request.cases, request.documents, skip_invalid=request.skip_invalid) as found:
        output_files.refuse_to_overwrite(request, found.cases)
        report = measure(request, _chosen(request, found.cases), bounds, before)
    return replace(report, left_out=tuple(map(str, found.left_out)))


def run_command(request: Request, echo: Callable[[str], None], warn: Callable[[str], object]) -> int:
    """Run a question set and write its reports.

    Args:
        request: What to run.
        echo: Takes the report, for standard output.
        warn: Takes notes that are no part of the report, for standard error; `request.quiet` keeps back all but faults.

    Returns:
        The exit code of the verdict: 0 if every bound is kept, 1 if not.

    Raises:
        CaseError: The question set is invalid.
        UsageError: Options or files make no sense; nothing has been run.
    """
    request.check()
    for path in request.outputs:
        registry.of_suffix(path)
    try:
        report = _measured(request)
    except CaseError as fault:
        github.publish_invalid(request.cases.name, fault, warn)
        raise
    if not request.quiet:
        for note in _notes(request, report):
            warn(note)
    try:
        echo(registry.FORMATS[request.format](report, request.view))
    finally:  # neither a file that cannot be written loses the others, nor a pipe that nobody reads to its end
        github.publish_report(report, request.view, warn)
        output_files.write_all(request, report)
    return report.verdict.exit_code
