"""The verb that checks, articles and question sets: parse, one call, render."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from chatbot.cli.options import Settings, common, on_terminal, settings
from chatbot.cli.output import opened, page, reading, write, write_json, write_lines
from chatbot.cli.progress import progress


def _lint(path: Path, chosen: Settings, *, strict: bool) -> int:
    """Tell what is wrong with a question set."""
    from chatbot.evals import github, lint

    with progress(reading((path,)), sys.stderr, shown=on_terminal(sys.stderr) and not chosen.quiet):
        found = lint.lint(path, chosen.documents)
    if chosen.as_json:
        write_json(found.to_dict())
    else:
        write_lines(found.text)
    github.publish_findings(found)
    return found.exit_code(strict=strict)


def _examine(chosen: Settings, *, strict: bool) -> int:
    """Tell what is understood of some articles, and what of them can be found."""
    from chatbot.inspection import article_report, findability
    from chatbot.terminal import layout, replies

    bot = opened(chosen)
    with progress("Asking for each sentence ...", sys.stderr, shown=on_terminal(sys.stderr) and not chosen.quiet):
        reports = [
            (article_report.check(d), findability.measure(bot, number)) for number, d in enumerate(bot.documents)
        ]
    if chosen.as_json:
        for report, found in reports:
            write_json(report.to_dict() | {"findable": found.to_dict()})
    else:
        write(layout.stacked(replies.check(report, page(chosen), found) for report, found in reports))
    return int(strict and not all(report.faultless and not found.lost for report, found in reports))


@click.command()
@common
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "--strict", is_flag=True, help="Exit with 1 if anything is found; of a question set, even if it is only a warning."
)
def check(path: Path | None, strict: bool) -> None:
    """Show what is understood of an article, or what is wrong with a question set.

    PATH is an article: its sections and references, citations without an entry, entries never cited, and whether each
    sentence is found by its own words. Or it is a question set, like those of `eval`: gold that is not in its document,
    references, duplicates, leaks, and too few questions for their thresholds.
    """
    from chatbot.evals.formats import detect

    chosen = settings()
    if path and detect.recognised(path):
        code = _lint(path, chosen, strict=strict)
    else:
        chosen = replace(chosen, documents=(*chosen.documents, *([path] if path else [])))
        code = _examine(chosen, strict=strict)
    click.get_current_context().exit(code)
