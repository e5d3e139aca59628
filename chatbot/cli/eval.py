"""The `eval` commands: run a question set, check it, convert it."""

from __future__ import annotations

from dataclasses import replace
from itertools import dropwhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chatbot import inputs
from chatbot.cli.options import Options, common, configured, with_common_options
from chatbot.cli.output import (
    reading,
    refuse_documents,
    refuse_stdin,
    say_words_only,
    waiting,
    warn,
    warn_unread,
    write_json,
    write_lines,
)
from chatbot.errors import UsageError
from chatbot.evals.reports.registry import NAMES, SUFFIXES

if TYPE_CHECKING:
    from chatbot.evals.config import Request

_FILE = click.Path(path_type=Path, dir_okay=False)
_CASES = click.argument("cases", type=click.Path(path_type=Path))
_SKIP_INVALID = click.option(
    "--skip-invalid", is_flag=True, help="Leave out cases whose gold is not in their document, and list them."
)


_WITHIN = click.option(
    "--documents-in",
    "within",
    type=click.Path(path_type=Path, file_okay=False),
    multiple=True,
    metavar="FOLDER",
    help="Let cases name files in this folder too, not only in those of CASES and the working folder (repeatable).",
)


class Evals(click.Group):
    """Runs a question set if no command is named: `eval CASES` is `eval run CASES`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Name the command `run` if the first argument after any flags is not a command, or if there is none."""
        flags = {name for option in self.params if getattr(option, "is_flag", False) for name in option.opts}
        words = list(dropwhile(flags.__contains__, args))
        run = words[0] not in self.commands if words else "cases" in configured(ctx).tables.get("evals", {})
        return super().parse_args(ctx, ["run", *args] if run else args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options of `run`, which may be left out, and the commands."""
        self.commands["run"].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


@click.group("eval", cls=Evals, subcommand_metavar="CASES | COMMAND [ARGS]...")
@with_common_options
def evaluate() -> None:
    """Run, check or convert a question set.

    CASES is a file of JSON lines, SQuAD's JSON, a CSV or TSV table, or a BEIR or TREC folder. `chatbot eval CASES` is
    short for `chatbot eval run CASES`; write ./lint for a file that is named like a command.
    """


def _readable(path: Path) -> Path:
    """A path whose document can be read; raises ArticleError for any other one."""
    from chatbot import formats

    formats.read(path)
    return path


def _documents(options: Options) -> tuple[Path, ...]:
    """The files of the documents, of which those of folders can be read."""
    if options.engine:
        refuse_documents(options)
        say_words_only(options)
        return ()
    refuse_stdin(options, "eval reads its documents once per process; save it to a file")
    files = inputs.find(options.documents)
    if not any(found.optional for found in files):
        return tuple(found.path for found in files)
    paths, unread = inputs.load(options.documents, _readable)
    warn_unread(unread)
    return tuple(paths)


def _request(
    options: Options,
    *,
    floors: tuple[str, ...],
    caps: tuple[str, ...],
    format: str | None,  # noqa: A002 - the option's name
    forced: bool,
    **values: Any,
) -> Request:
    """The request that the options describe; `values` are named like its fields, or like those of its view."""
    from chatbot.evals.config import Request
    from chatbot.evals.run import thresholds
    from chatbot.evals.run.results import View

    only_failing = values.pop("only_failing")
    view = View(
        brief=options.quiet,
        every=bool(values["ids"]) and not only_failing,  # a case named by its id is shown even if it is right
        only_failing=only_failing,
        explain=options.explain,
        timings=values.pop("timings"),
    )
    return Request(
        documents=_documents(options),
        settings=replace(options.settings, threshold=0.0) if forced else options.settings,
        bounds=thresholds.from_options(floors, caps),
        format=format or ("json" if options.as_json else "text"),
        view=view,
        **values,
    )


@evaluate.command("run")
@common
@_CASES
@click.option("--fail-under", "floors", multiple=True, metavar="NAME=X", help="Fail if a metric is lower (repeatable).")
@click.option("--fail-over", "caps", multiple=True, metavar="NAME=X", help="Fail if a metric is higher (repeatable).")
@click.option(
    "--thresholds", type=_FILE, help="Read thresholds from this TOML file, not thresholds.toml next to CASES."
)
@click.option("--baseline", type=_FILE, help="Compare with an earlier run, written by --save.")
@click.option("--fail-on-regression", is_flag=True, help="Fail if a turn that was right is now wrong or missing.")
@click.option(
    "--alpha",
    type=click.FloatRange(0, 1),
    help="Tolerate losses that are not significant at this level (exact paired test).",
)
@click.option("--save", type=_FILE, help="Save this run as a baseline, in a file that is easy to review in git.")
@click.option(
    "--format",
    type=click.Choice(NAMES),
    help="Format of the report. --json is --format json, see report.schema.json in the package.",
)
@click.option(
    "--output",
    "-o",
    "outputs",
    type=_FILE,
    multiple=True,
    help=f"Also write a report to this file (repeatable); the suffix sets the format: {' '.join(SUFFIXES)}. HTML has "
    "the date, or that of SOURCE_DATE_EPOCH, to make it again to the byte.",
)
@_SKIP_INVALID
@_WITHIN
@click.option("--id", "ids", multiple=True, metavar="ID", help="Run only this case (repeatable).")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Run only cases with this tag (repeatable).")
@click.option("--only-failing", is_flag=True, help="Leave out right turns and the tables of tags and thresholds.")
@click.option("--forced", is_flag=True, help="Answer every question, whatever the confidence.")
@click.option("--squad", is_flag=True, help="Also report SQuAD's exact match and F1.")
@click.option("--timings", is_flag=True, help="Report the time per question, which differs from run to run.")
@click.option("--jobs", "-j", type=click.IntRange(1), default=1, show_default=True, help="Number of worker processes.")
@click.option("--convert", type=_FILE, hidden=True)
def run_set(options: Options, /, *, convert: Path | None, **values: Any) -> None:
    """Measure the answers to a question set (the default).

    Exit code 0: every threshold is met; 1: one is not; 4: the set is invalid or empty.
    """
    from chatbot.evals import evaluate as evals

    request = _request(options, **values)
    if convert:  # the old spelling of `eval convert`
        if request.partial:
            raise UsageError("--convert writes the whole set; leave --id and --tag out")
        warn(f"instead of --convert type: chatbot eval convert {request.cases} {convert}")
        _convert(options, request.cases, convert, request.within, skip_invalid=request.skip_invalid)
        return
    code = evals.run_command(request, write_lines, warn)
    click.get_current_context().exit(code)


def lint_set(options: Options, cases: Path, within: tuple[Path, ...] = (), *, strict: bool) -> int:
    """Report the errors and warnings of a question set; the exit code."""
    from chatbot.evals import github, lint

    with waiting(reading((str(cases),))):
        findings = lint.lint(cases, _documents(options), within)
    if options.as_json:
        write_json(findings.to_dict())
    else:
        write_lines(github.inert(findings.text))
    github.publish_findings(findings)
    return findings.exit_code(strict=strict)


@evaluate.command("lint")
@common
@_CASES
@_WITHIN
@click.option("--strict", is_flag=True, help="Exit with 1 if there are warnings.")
def lint_command(options: Options, cases: Path, within: tuple[Path, ...], *, strict: bool) -> None:
    """Show what is wrong with a question set.

    Finds gold that is not in its document, wrong reference numbers, duplicates, questions that give their answer
    away, and too few questions for the thresholds.
    """
    click.get_current_context().exit(lint_set(options, cases, within, strict=strict))


def _convert(options: Options, cases: Path, target: Path, within: tuple[Path, ...], *, skip_invalid: bool) -> None:
    from chatbot.evals.formats import convert

    write_lines(convert.convert(cases, target, _documents(options), within, skip_invalid=skip_invalid).text(target))


@evaluate.command("convert")
@common
@_CASES
@click.argument("target", metavar="NEW.jsonl", type=_FILE)
@_SKIP_INVALID
@_WITHIN
def convert_command(
    options: Options, cases: Path, target: Path, within: tuple[Path, ...], *, skip_invalid: bool
) -> None:
    """Convert a question set to JSON lines.

    The documents that it contains are written to the folder NEW_documents.
    """
    _convert(options, cases, target, within, skip_invalid=skip_invalid)
