"""The files that a run writes: never over what it measures, and as many as can be written."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from chatbot.errors import ChatbotError, UsageError
from chatbot.evals.reports import registry
from chatbot.evals.run import regression, thresholds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from chatbot.evals.cases.cases import Case
    from chatbot.evals.config import Request
    from chatbot.evals.run.results import Report


def _same(path: Path, other: Path) -> bool:
    """Whether two names are of one file, by whatever links."""
    with suppress(OSError):  # one is not there
        return path.samefile(other)
    return path.resolve() == other.resolve()


def refuse_to_overwrite(request: Request, cases: Sequence[Case]) -> None:
    """Raise UsageError where a report would replace what is measured, or another report, or has no folder."""
    bounds = request.thresholds or request.cases.parent / thresholds.FILE
    articles = {path for case in cases for path in case.documents}
    written: list[Path] = []
    for path in (*request.outputs, *filter(None, [request.save])):
        before = () if path == request.save else filter(None, [request.baseline])  # one may be made anew
        for other in (request.cases, bounds, *request.documents, *articles, *before):
            if _same(path, other) or (other.is_dir() and other.resolve() in path.resolve().parents):
                raise UsageError(f"{path} is what is measured, or part of it, and stays as it is; name another file")
        if any(_same(path, other) for other in written):
            raise UsageError(f"{path} is to be written twice; name another file")
        if not path.resolve().parent.is_dir():
            raise UsageError(f"{path}: there is no folder {path.parent}; make it first")
        written.append(path)


def write_all(request: Request, report: Report) -> None:
    """Write every file that can be written; raises the first error, after the others.

    `--quiet` is about what is shown: whoever names a file wants all of it.
    """
    view = replace(request.view, brief=False)
    errors: list[ChatbotError] = []
    saves: list[Callable[[], object]] = [
        partial(registry.save, path, registry.of_suffix(path)(report, view)) for path in request.outputs
    ]
    if request.save:
        saves.append(partial(regression.save, request.save, report.outcomes))
    for save in saves:
        try:
            save()
        except ChatbotError as error:  # noqa: PERF203 - one that fails must not keep the others from being written
            errors.append(error)
    if errors:
        raise errors[0]
