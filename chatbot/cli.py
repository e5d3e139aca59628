"""The command line: every verb is parse, one call, render; errors become exit codes."""

from __future__ import annotations

import io
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from chatbot.bot import Chatbot, bundled_article
from chatbot.errors import UsageError
from chatbot.exits import EPILOG, NO_ANSWER, Verbs, warn
from chatbot.options import Settings, common, on_terminal, settings
from chatbot.progress import progress
from chatbot.services import mcp, serve
from chatbot.terminal import sanitised

if TYPE_CHECKING:
    from chatbot.commands import State
    from chatbot.layout import Block, Page

# Everything else is imported where it is used: `--help` and `--version` need none of it.

_MOST_INPUT = 4_000_000  # bytes of one question on standard input; far more than the library takes


def _ignore(_: str) -> None:
    """The warnings of `--quiet`."""


def _put(text: str) -> None:
    click.echo(text, nl=False)


def _write(shown: Block) -> None:
    from chatbot.terminal import painted, plain

    colour = settings().colour
    click.echo(painted(shown) if colour else plain(shown), nl=False, color=colour)


def _write_json(value: Any) -> None:
    from chatbot.transcript import as_json

    click.echo(as_json(value))


def _open(chosen: Settings) -> Chatbot:
    paths = chosen.documents or (bundled_article(),)
    with progress(_reading(paths), sys.stderr, shown=on_terminal(sys.stderr) and not chosen.quiet):
        return Chatbot.open(*paths, semantic=chosen.semantic)


def _reading(paths: tuple[Path, ...]) -> str:
    what = sanitised(paths[0].name)[:40] if len(paths) == 1 else f"{len(paths)} articles"
    return f"Reading and indexing {what} ..."


def _width() -> int | None:
    """As wide as the terminal, but not too wide to read; off a terminal nothing is wrapped."""
    from chatbot.layout import WIDEST

    return min(shutil.get_terminal_size().columns, WIDEST) if on_terminal(sys.stdout) else None


def _page(chosen: Settings, bot: Chatbot | None = None) -> Page:
    from chatbot.layout import Page, names

    return Page(_width(), names(bot.documents) if bot else (), chosen.explain)


def _interactive(state: State, chosen: Settings) -> None:
    from prompt_toolkit.output.color_depth import ColorDepth

    from chatbot import repl

    past = repl.history(_ignore if chosen.quiet else warn)
    if not chosen.quiet:
        _write([*repl.banner(state.bot, state.page), ("", "\n")])
    depth = None if chosen.colour else ColorDepth.MONOCHROME
    repl.run(state, repl.session(state.bot, past, depth=depth).prompt, _write, _width)


def _stdin() -> BinaryIO:
    return sys.stdin.buffer if sys.stdin else io.BytesIO()


@click.group(cls=Verbs, invoke_without_command=True, epilog=EPILOG)
@common
@click.pass_context
def cli(context: click.Context) -> None:
    """Ask an article: it answers in its own words, with its own references, or says that it does not say.

    Without a verb a chat starts.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without our characters is no reason to stop
    if context.invoked_subcommand is None:
        context.invoke(chat)


@cli.command()
@common
def chat() -> None:
    """Ask in a conversation. Piped input is answered line by line."""
    from chatbot import piped
    from chatbot.commands import State

    chosen = settings()
    bot = _open(chosen)
    state = State(bot, _page(chosen, bot))
    if chosen.as_json or not (on_terminal(sys.stdin) and on_terminal(sys.stdout)):
        code = piped.run(state, _stdin(), _put, warn, objects=chosen.as_json)
        click.get_current_context().exit(code)
    _interactive(state, chosen)


def _question(words: tuple[str, ...]) -> str:
    stdin = words == ("-",)
    text = _stdin().read(_MOST_INPUT).decode("utf-8", "replace") if stdin else " ".join(words)
    if not text.strip():
        raise UsageError("the question is empty")
    return text.strip()


@cli.command()
@common
@click.argument("question", nargs=-1, required=True)
def ask(question: tuple[str, ...]) -> None:
    """Answer one QUESTION ("-" reads it from stdin)."""
    from chatbot import rendering
    from chatbot.reply import ReplyKind

    chosen = settings()
    text = _question(question)
    bot = _open(chosen)
    reply = bot.ask(text)
    if chosen.as_json:
        _write_json(reply.to_dict())
    else:
        _write(rendering.reply(reply, _page(chosen, bot)))
    click.get_current_context().exit(NO_ANSWER if reply.kind is ReplyKind.NONE else 0)


@cli.command()
@common
@click.argument("words", nargs=-1, required=True)
@click.option("--count", "-n", type=click.IntRange(1), default=5, show_default=True, help="At most so many.")
def search(words: tuple[str, ...], count: int) -> None:
    """Show the best passages for some WORDS."""
    from chatbot import lookups, quoting

    chosen = settings()
    bot = _open(chosen)
    found = lookups.passages(bot.search(" ".join(words), count), bot.documents)
    if chosen.as_json:
        _write_json(lookups.listing("hits", found))
    elif found:
        _write(quoting.hits(found, _page(chosen, bot)))
    else:
        warn("no passage has any of these words")
    click.get_current_context().exit(0 if found else NO_ANSWER)


@cli.command()
@common
@click.argument("number", required=False)
def show(number: str | None) -> None:
    """Show reference NUMBER and where it is cited.

    Without a number all references are listed.
    """
    from chatbot import commands, layout, lookups, quoting

    chosen = settings()
    wanted = None if number is None else commands.number(number)
    bot = _open(chosen)
    found = lookups.cited(bot.documents, wanted) if wanted is not None else lookups.all_cited(bot.documents)
    page = _page(chosen, bot)
    if chosen.as_json:
        _write_json(lookups.listing("references", found))
    elif wanted is None:
        _write(quoting.bibliography(bot.documents, page))
    else:
        _write(layout.stacked(quoting.cited(item, page) for item in found))


def _report(text: str) -> None:
    """A report of several lines, which may quote articles."""
    click.echo("\n".join(sanitised(line) for line in text.split("\n")))


def _lint(path: Path, chosen: Settings, *, strict: bool) -> int:
    """Tell what is wrong with a question set."""
    from chatbot import linting

    with progress(_reading((path,)), sys.stderr, shown=on_terminal(sys.stderr) and not chosen.quiet):
        found = linting.lint(path, chosen.documents)
    if chosen.as_json:
        _write_json(found.to_dict())
    else:
        _report(found.text)
    return found.exit_code(strict=strict)


def _examine(chosen: Settings, *, strict: bool) -> int:
    """Tell what is understood of some articles, and what of them can be found."""
    from chatbot import checking, findability, layout, rendering

    bot = _open(chosen)
    with progress("Asking for each sentence ...", sys.stderr, shown=on_terminal(sys.stderr) and not chosen.quiet):
        reports = [(checking.check(d), findability.measure(bot, number)) for number, d in enumerate(bot.documents)]
    if chosen.as_json:
        for report, found in reports:
            _write_json(report.to_dict() | {"findable": found.to_dict()})
    else:
        _write(layout.stacked(rendering.check(report, _page(chosen), found) for report, found in reports))
    return int(strict and not all(report.faultless and not found.lost for report, found in reports))


@cli.command()
@common
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Exit with 1 where anything is found, of a question set a warning too.")
def check(path: Path | None, strict: bool) -> None:
    """Show what is understood of an article, or what is wrong with a question set.

    PATH is an article: its sections and references, citations without an entry, entries never cited, and whether each
    sentence is found by its own words. Or it is a question set, like those of `eval`: gold that is not in its document,
    references, duplicates, leaks, and too few questions for their thresholds.
    """
    from chatbot import formats

    chosen = settings()
    if path and formats.recognised(path):
        code = _lint(path, chosen, strict=strict)
    else:
        chosen = replace(chosen, documents=(*chosen.documents, *([path] if path else [])))
        code = _examine(chosen, strict=strict)
    click.get_current_context().exit(code)


@cli.command("eval")
@common
@click.argument("cases", type=click.Path(path_type=Path))
@click.option("--thresholds", type=click.Path(path_type=Path), help="A TOML file of thresholds to hold.")
@click.option("--forced", is_flag=True, help="Answer every question, also where the program would say that it cannot.")
@click.option(
    "--convert", type=click.Path(path_type=Path), help="Only write the set in our own form, to this new file."
)
def evaluate(cases: Path, thresholds: Path | None, forced: bool, convert: Path | None) -> None:
    """Measure the answers to a question set.

    CASES is a file of JSON lines, SQuAD's JSON, a CSV or TSV table, or a BEIR or TREC folder.
    """
    from chatbot import converting, evals
    from chatbot.settings import Settings as bot_settings  # noqa: N813 - what is asked for, not what the options say

    chosen = settings()
    if convert:
        _report(converting.convert(cases, convert, chosen.documents).text(convert))
        return
    how = bot_settings(semantic=chosen.semantic, threshold=0.0 if forced else None)
    code = evals.run_command(cases, chosen.documents, chosen.as_json, chosen.quiet, thresholds, how, echo=_report)
    click.get_current_context().exit(code)


@cli.command("gaps")
@common
@click.argument("log", type=click.Path(path_type=Path))
@click.option(
    "--cases", is_flag=True, help="Write drafts of eval cases, one a line, in which the owner says what is right."
)
def show_gaps(log: Path, cases: bool) -> None:
    """Show which questions were not answered, or not well.

    LOG is what `chatbot serve --log` writes. Questions that are alike stand together, the most asked ones first.
    """
    from chatbot import gaps, questionlog

    found = gaps.group(questionlog.read(log))
    if cases:
        for case in gaps.cases(found):
            _write_json(case)
    elif settings().as_json:
        _write_json(gaps.listing(found))
    else:
        _report(gaps.text(found))


cli.add_command(serve)
cli.add_command(mcp)


def main() -> None:
    """The console script."""
    cli(prog_name="chatbot")
