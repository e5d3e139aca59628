"""The verb that measures: parse, one call."""

from __future__ import annotations

from pathlib import Path

import click

from chatbot.cli.exit_codes import warn
from chatbot.cli.options import common, settings
from chatbot.cli.output import write_lines
from chatbot.errors import UsageError
from chatbot.evals.reports.forms import NAMES, SUFFIXES

_FORM = "What is written; --json is --format json, which data/report/report.schema.json in the package describes."
_file = click.Path(path_type=Path, dir_okay=False)


@click.command("eval")
@common
@click.argument("cases", type=click.Path(path_type=Path))
@click.option("--fail-under", "floors", multiple=True, metavar="NAME=X", help="Fail if a figure is lower (repeatable).")
@click.option("--fail-over", "caps", multiple=True, metavar="NAME=X", help="Fail if a figure is higher (repeatable).")
@click.option("--thresholds", type=_file, help="Bounds in this TOML file, not in thresholds.toml beside CASES.")
@click.option("--baseline", type=_file, help="Compare with an earlier run that --save has kept.")
@click.option("--fail-on-regression", is_flag=True, help="Fail if a turn broke since, or a right one is gone.")
@click.option("--alpha", type=click.FloatRange(0, 1), help="Let turns break that chance breaks so often, like 0.05.")
@click.option("--save", type=_file, help="Keep this run as a baseline, in a file for git.")
@click.option("--format", "form", type=click.Choice(NAMES), help=_FORM)
@click.option(
    "--output",
    "-o",
    "outputs",
    type=_file,
    multiple=True,
    help=f"Write a report there too (repeatable); its suffix says in which form: {' '.join(SUFFIXES)}.",
)
@click.option("--skip-invalid", is_flag=True, help="Leave cases out whose gold is not in their document, and say so.")
@click.option("--convert", type=_file, help="Run nothing: write the set in our own form, to this new file.")
@click.option("--id", "ids", multiple=True, metavar="ID", help="Only this case (repeatable).")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only cases with this tag (repeatable).")
@click.option("--only-failing", is_flag=True, help="Leave out what is right, and the tables of tags and thresholds.")
@click.option("--forced", is_flag=True, help="Answer every question, also where the program would say that it cannot.")
@click.option("--squad", is_flag=True, help="Report SQuAD's exact match and F1, too.")
@click.option("--timings", is_flag=True, help="Report the time that questions took; no two runs take the same.")
@click.option(
    "--jobs", "-j", type=click.IntRange(1), default=1, show_default=True, help="Run so many processes at a time."
)
def evaluate(  # noqa: PLR0913 - one for each option
    *,
    cases: Path,
    floors: tuple[str, ...],
    caps: tuple[str, ...],
    thresholds: Path | None,
    baseline: Path | None,
    fail_on_regression: bool,
    alpha: float | None,
    save: Path | None,
    form: str | None,
    outputs: tuple[Path, ...],
    skip_invalid: bool,
    convert: Path | None,
    ids: tuple[str, ...],
    tags: tuple[str, ...],
    only_failing: bool,
    forced: bool,
    squad: bool,
    timings: bool,
    jobs: int,
) -> None:
    """Measure the answers to a question set.

    CASES is a file of JSON lines, SQuAD's JSON, a CSV or TSV table, or a BEIR or TREC folder. Exit code 0: every bound
    is kept; 1: not; 4: the set is invalid or empty.
    """
    from chatbot.evals import evaluate
    from chatbot.evals.config import Request
    from chatbot.evals.formats import convert as converting
    from chatbot.evals.run import thresholds as gates
    from chatbot.evals.run.results import View
    from chatbot.settings import Settings

    chosen = settings()
    if convert:
        if ids or tags:
            raise UsageError("--convert writes the whole set; leave --id and --tag out")
        done = converting.convert(cases, convert, chosen.documents, skip_invalid=skip_invalid)
        write_lines(done.text(convert))
        return
    request = Request(
        cases=cases,
        documents=chosen.documents,
        settings=Settings(semantic=chosen.semantic, threshold=0.0 if forced else None),
        thresholds=thresholds,
        bounds=gates.options(floors, caps),
        skip_invalid=skip_invalid,
        ids=ids,
        tags=tags,
        baseline=baseline,
        fail_on_regression=fail_on_regression,
        alpha=alpha,
        save=save,
        squad=squad,
        jobs=jobs,
        format=form or ("json" if chosen.as_json else "text"),
        outputs=outputs,
        view=View(
            brief=chosen.quiet,
            every=bool(ids) and not only_failing,  # whoever names a case wants to see it
            only_failing=only_failing,
            explain=chosen.explain,
            timings=timings,
        ),
        quiet=chosen.quiet,
    )
    click.get_current_context().exit(evaluate.run_command(request, write_lines, warn))
