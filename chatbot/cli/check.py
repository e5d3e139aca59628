"""The `check` command."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from chatbot.cli.eval import lint_set
from chatbot.cli.options import Options, common
from chatbot.cli.output import opened, page, waiting, warn, write, write_json


def _check_articles(options: Options, *, strict: bool) -> int:
    """Report on each article; the exit code."""
    from chatbot.inspection.article_report import examine
    from chatbot.inspection.findability import measure
    from chatbot.terminal.article_report import article_report as rendered
    from chatbot.terminal.text import stacked

    bot = opened(options)
    with waiting("Asking for each sentence ..."):
        reports = [(examine(document), measure(bot, number)) for number, document in enumerate(bot.documents)]
    if options.as_json:
        for report, found in reports:
            write_json(report.to_dict() | {"findable": found.to_dict()})
    else:
        write(stacked(rendered(report, page(options), found) for report, found in reports))
    return int(strict and not all(report.faultless and not found.missed for report, found in reports))


@click.command()
@common
@click.argument("path", required=False, metavar="[ARTICLE]", type=click.Path())
@click.option("--strict", is_flag=True, help="Exit with 1 if there are any findings.")
def check(options: Options, path: str | None, *, strict: bool) -> None:
    """Show how an article is understood.

    The report shows its sections and references, citations without an entry, entries that are never cited, and the
    sentences that are not found by their own words.
    """
    from chatbot.evals.formats import detect

    if path and detect.recognised(Path(path)):  # the old spelling of `eval lint`
        warn(f"check is for articles; for a question set type: chatbot eval lint {path}")
        code = lint_set(options, Path(path), strict=strict)
    else:
        chosen = replace(options, documents=(*options.documents, *([path] if path else [])))
        code = _check_articles(chosen, strict=strict)
    click.get_current_context().exit(code)
