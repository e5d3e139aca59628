"""The command line: every verb is parse, one call, render; errors become exit codes."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from chatbot.cli.check import check
from chatbot.cli.eval import evaluate
from chatbot.cli.exit_codes import EPILOG, NO_ANSWER, Verbs, warn
from chatbot.cli.options import Settings, common, on_terminal, settings
from chatbot.cli.output import opened, page, width, write, write_json, write_lines
from chatbot.cli.serve import mcp, serve
from chatbot.errors import UsageError

if TYPE_CHECKING:
    from chatbot.chat.slash_commands import State

# Everything else is imported where it is used: `--help` and `--version` need none of it.

_MOST_INPUT = 4_000_000  # bytes of one question on standard input; far more than the library takes


def _ignore(_: str) -> None:
    """The warnings of `--quiet`."""


def _put(text: str) -> None:
    click.echo(text, nl=False)


def _interactive(state: State, chosen: Settings) -> None:
    from prompt_toolkit.output.color_depth import ColorDepth

    from chatbot.chat import repl

    past = repl.history(_ignore if chosen.quiet else warn)
    if not chosen.quiet:
        write([*repl.banner(state.bot, state.page), ("", "\n")])
    depth = None if chosen.colour else ColorDepth.MONOCHROME
    repl.run(state, repl.session(state.bot, past, depth=depth).prompt, write, width)


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
    from chatbot.chat import piped
    from chatbot.chat.slash_commands import State

    chosen = settings()
    bot = opened(chosen)
    state = State(bot, page(chosen, bot))
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
    from chatbot.reply import ReplyKind
    from chatbot.terminal import replies

    chosen = settings()
    text = _question(question)
    bot = opened(chosen)
    reply = bot.ask(text)
    if chosen.as_json:
        write_json(reply.to_dict())
    else:
        write(replies.reply(reply, page(chosen, bot)))
    click.get_current_context().exit(NO_ANSWER if reply.kind is ReplyKind.NONE else 0)


@cli.command()
@common
@click.argument("words", nargs=-1, required=True)
@click.option("--count", "-n", type=click.IntRange(1), default=5, show_default=True, help="At most so many.")
def search(words: tuple[str, ...], count: int) -> None:
    """Show the best passages for some WORDS."""
    from chatbot.inspection import lookups
    from chatbot.terminal import quotes

    chosen = settings()
    bot = opened(chosen)
    found = lookups.passages(bot.search(" ".join(words), count))
    if chosen.as_json:
        write_json(lookups.listing("hits", found))
    elif found:
        write(quotes.hits(found, page(chosen, bot)))
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
    from chatbot.chat import slash_commands
    from chatbot.inspection import lookups
    from chatbot.terminal import layout, quotes

    chosen = settings()
    wanted = None if number is None else slash_commands.number(number)
    bot = opened(chosen)
    found = lookups.cited(bot.documents, wanted) if wanted is not None else lookups.all_cited(bot.documents)
    shown = page(chosen, bot)
    if chosen.as_json:
        write_json(lookups.listing("references", found))
    elif wanted is None:
        write(quotes.bibliography(bot.documents, shown))
    else:
        write(layout.stacked(quotes.cited(item, shown) for item in found))


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
    from chatbot.question_log import gaps, store

    found = gaps.group(store.read(log))
    if cases:
        for case in gaps.cases(found):
            write_json(case)
    elif settings().as_json:
        write_json(gaps.listing(found))
    else:
        write_lines(gaps.text(found))


for verb in (check, evaluate, serve, mcp):
    cli.add_command(verb)


def main() -> None:
    """The console script."""
    cli(prog_name="chatbot")
