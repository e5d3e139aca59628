"""`chatbot eval`: runs a question set, measures the program and the baselines, and checks the bounds."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from chatbot.common.progress import counted_off, progress
from chatbot.common.wording import counted
from chatbot.errors import ArticleError, CaseError, ChatbotError
from chatbot.evals import github
from chatbot.evals.formats.detect import opened
from chatbot.evals.metrics.registry import SQUAD, figures
from chatbot.evals.metrics.risk_coverage import risk_coverage
from chatbot.evals.reports import registry, text
from chatbot.evals.run import regression, thresholds
from chatbot.evals.run.baselines import NAMES as BASELINES
from chatbot.evals.run.provenance import provenance
from chatbot.evals.run.results import Report, latency
from chatbot.evals.run.runner import open_bot, run_with_baselines
from chatbot.evals.run.thresholds import ALWAYS, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from chatbot.bot import Chatbot
    from chatbot.evals.cases.cases import Case
    from chatbot.evals.config import Request
    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.metrics.registry import Figures
    from chatbot.evals.run.regression import Comparison, Result
    from chatbot.settings import Settings

_ASKING = "Asking the cases ..."


def _bounds(request: Request) -> dict[str, float]:
    """The bounds of a run; those of the whole set are not applied to a part of it."""
    if request.partial and not request.thresholds:
        return {**ALWAYS, **request.bounds}
    return {**thresholds.load(request.cases, request.thresholds), **request.bounds}


def _bot(settings: Settings, case: Case) -> Chatbot:
    """The bot for a case. Raises CaseError if the documents of a case, or their synonyms, cannot be read."""
    try:
        return open_bot(settings, case.documents)
    except ArticleError as error:
        raise CaseError(case.place, f"its document cannot be asked: {error}") from error


def _compare(request: Request, before: Sequence[Result], outcomes: Sequence[Outcome]) -> Comparison | None:
    if not request.baseline:
        return None
    ids = {outcome.case.id for outcome in outcomes}
    # cases that were not selected are not gone
    comparable = [turn for turn in before if turn.id in ids or not request.partial]
    return regression.compare(request.baseline.name, comparable, outcomes)


def _verdict(request: Request, measured: Figures, bounds: Mapping[str, float], changes: Comparison | None) -> Verdict:
    regressions = thresholds.regressions(changes, request.alpha) if changes and request.fail_on_regression else ()
    return Verdict((*thresholds.checks(measured, bounds), *regressions))


def measure(
    request: Request, cases: Sequence[Case], bounds: Mapping[str, float], before: Sequence[Result] = ()
) -> Report:
    """Run some cases, check the figures against `bounds`, and compare with the turns of an earlier run."""
    bot = _bot(request.settings, cases[0])
    with progress(_ASKING, sys.stderr):
        followed = partial(counted_off, text=_ASKING, total=len(cases))
        turns = run_with_baselines(request.settings, cases, request.jobs, followed)
    outcomes = tuple(turn.program for turn in turns)
    squad = request.squad or any(metric.name in bounds for metric in SQUAD)
    measured, comparison = figures(outcomes, squad=squad), _compare(request, before, outcomes)
    return Report(
        request.cases.name,
        outcomes,
        measured,
        baselines={name: figures([turn.baselines[name] for turn in turns], squad=squad) for name in BASELINES},
        curve=tuple(risk_coverage([turn.forced for turn in turns])),
        threshold=bot.threshold,
        verdict=_verdict(request, measured, bounds, comparison),
        comparison=comparison,
        latency=latency(outcomes),
        made=provenance(bot, cases),
    )


def _run(request: Request) -> Report:
    bounds = _bounds(request)
    before = regression.load(request.baseline) if request.baseline else ()
    with opened(request.cases, request.documents, request.within, skip_invalid=request.skip_invalid) as question_set:
        request.check_outputs(question_set.cases)
        report = measure(request, request.select(question_set.cases), bounds, before)
    return replace(report, left_out=tuple(map(str, question_set.left_out)))


def _notes(request: Request, report: Report) -> Iterator[str]:
    """What is worth knowing but is not part of the report: the latency, and bounds that were not applied."""
    yield f"{counted(len(report.outcomes), 'turn')}; {' '.join(text.latency(report))}"
    if request.partial and not request.thresholds and thresholds.load(request.cases) != ALWAYS:
        yield f"{thresholds.FILE} is for the whole set and is not applied to a part of it"


def _write_files(request: Request, report: Report) -> None:
    """Write all files, with all turns even if the view is brief; an error is raised after the others are written."""
    view = replace(request.view, brief=False)
    writes: list[Callable[[], object]] = [
        partial(registry.save, path, registry.of_suffix(path)(report, view)) for path in request.outputs
    ]
    if request.save:
        writes.append(partial(regression.save, request.save, report.outcomes))
    errors: list[ChatbotError] = []
    for write in writes:
        try:
            write()
        except ChatbotError as error:  # noqa: PERF203 - it must not keep the others from being written
            errors.append(error)
    if errors:
        raise errors[0]


def run_command(request: Request, echo: Callable[[str], None], warn: Callable[[str], object]) -> int:
    """Run a question set and write its reports.

    Args:
        request: What to run.
        echo: Takes the report, for standard output.
        warn: Takes notes and warnings, for standard error.

    Returns:
        The exit code of the verdict: 0 if the run keeps every bound, 1 if not.

    Raises:
        CaseError: The question set is invalid.
        UsageError: Options or files make no sense; nothing has been run.
    """
    request.check()
    render = registry.renderer(request.format)
    for path in request.outputs:
        registry.of_suffix(path)
    try:
        report = _run(request)
    except CaseError as fault:
        github.publish_invalid(request.cases.name, fault, warn)
        raise
    for note in _notes(request, report):
        warn(note)
    try:
        echo(github.inert(render(report, request.view)))
    finally:  # a pipe that nobody reads to its end must not lose the files
        github.publish_report(report, request.view, warn)
        _write_files(request, report)
    return report.verdict.exit_code
