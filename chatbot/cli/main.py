"""The command line: each command parses, makes one call, and renders; errors become exit codes."""

from __future__ import annotations

import io
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatbot.cli.cache import cache
from chatbot.cli.check import check
from chatbot.cli.demo import demo
from chatbot.cli.eval import evaluate
from chatbot.cli.group import Commands
from chatbot.cli.index import index
from chatbot.cli.options import Options, common, on_terminal, with_common_options
from chatbot.cli.output import copy, opened, page, refuse_stdin, stdin, warn, width, write, write_json, write_lines
from chatbot.cli.read import read
from chatbot.cli.serve import mcp, serve
from chatbot.errors import UsageError

if TYPE_CHECKING:
    from chatbot.chat.slash_commands import State

# Everything else is imported where it is used: `--help` and `--version` need none of it.

NO_ANSWER = 3
_MAX_QUESTION = 4_000_000  # bytes of a question read from standard input; far more than the library accepts
_EXIT_CODES = """
\b
Exit codes:
  0    answered, found, passed
  1    an error, reported in one line on standard error; eval: a threshold is missed;
       check --strict, eval lint --strict: there are findings
  2    the command line is wrong
  3    the article gives no answer, or no passage has the words
  4    eval: the question set is invalid
  130  interrupted with Ctrl-C
"""


def _interactive(state: State, options: Options) -> None:
    from prompt_toolkit.output.color_depth import ColorDepth

    from chatbot.chat import line_editor, repl

    past = line_editor.history(warn)
    if not options.quiet:
        write([*repl.banner(state.bot, state.page, options.config), ("", "\n")])
    depth = None if options.colour else ColorDepth.MONOCHROME
    repl.run(state, line_editor.session(state.bot, past, depth=depth).prompt, write, width, copy)


@click.group(cls=Commands, invoke_without_command=True, epilog=_EXIT_CODES)
@with_common_options
def cli() -> None:
    """Ask an article. It answers in its own words, with its own references, or says that it has no answer.

    Without a command, a chat starts; `chatbot FILE` starts one about that file.
    """
    context = click.get_current_context()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # for a terminal that cannot show all our characters
    if context.invoked_subcommand is None:
        context.invoke(chat)


@cli.command()
@common
def chat(options: Options) -> None:
    """Ask in a conversation. Piped input is answered line by line."""
    from chatbot.chat.repl import run_piped
    from chatbot.chat.slash_commands import State

    refuse_stdin(options, 'the chat reads its questions there; ask one with: chatbot ask -d - "..."')
    bot = opened(options)
    state = State(bot, page(options, bot))
    if options.as_json or not (on_terminal(sys.stdin) and on_terminal(sys.stdout)):
        code = run_piped(state, stdin(), partial(click.echo, nl=False), warn, objects=options.as_json)
        click.get_current_context().exit(code)
    _interactive(state, options)


def _question(words: tuple[str, ...]) -> str:
    typed = words == ("-",)
    text = stdin().read(_MAX_QUESTION).decode("utf-8", "replace") if typed else " ".join(words)
    if not text.strip():
        raise UsageError("the question is empty")
    return text.strip()


@cli.command()
@common
@click.argument("question", nargs=-1, required=True)
def ask(options: Options, question: tuple[str, ...]) -> None:
    """Answer one QUESTION ("-" reads it from stdin)."""
    from chatbot.inspection.explanations import explained
    from chatbot.reply import ReplyKind
    from chatbot.terminal import replies

    if question == ("-",):
        refuse_stdin(options, "so does the question; write the question on the command line")
    text = _question(question)
    bot = opened(options)
    reply = bot.ask(text)
    if options.as_json:
        write_json(explained(reply, bot.threshold) if options.explain else reply.to_dict())
    else:
        write(replies.render(reply, page(options, bot)))
    click.get_current_context().exit(NO_ANSWER if reply.kind is ReplyKind.NONE else 0)


@cli.command()
@common
@click.argument("words", nargs=-1, required=True)
@click.option("--count", "-n", type=click.IntRange(1), default=5, show_default=True, help="Maximum number of passages.")
def search(options: Options, words: tuple[str, ...], count: int) -> None:
    """Show the best passages for some WORDS, with their scores."""
    from chatbot.inspection import lookups
    from chatbot.terminal import replies

    bot = opened(options)
    found = lookups.search_results(bot.search(" ".join(words), count), bot)
    if options.as_json:
        write_json(lookups.listing("hits", found))
    elif found:
        write(replies.search_results(found, page(options, bot)))
    else:
        warn("no passage has any of these words")
    click.get_current_context().exit(0 if found else NO_ANSWER)


@cli.command()
@common
@click.argument("number", required=False)
def show(options: Options, number: str | None) -> None:
    """Show reference NUMBER or a note, and where it is cited.

    Without a number all references and notes are listed.
    """
    from chatbot.inspection import lookups
    from chatbot.terminal import replies
    from chatbot.terminal.text import stacked

    bot = opened(options)
    documents = bot.documents
    everything = (*lookups.all_entries(documents), *lookups.all_notes(documents)) if number is None else ()
    found = everything if number is None else lookups.entries_named(documents, number)
    shown = page(options, bot)
    if options.as_json:
        write_json(lookups.cited_listing(found))
    elif number is None:
        write(replies.bibliography(documents, shown))
    else:
        write(stacked(replies.cited_entry(item, shown) for item in found))


@cli.command("gaps")
@common
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--cases", is_flag=True, help="Write drafts of eval cases, one per line, for an author to complete.")
def show_gaps(options: Options, log: Path, cases: bool) -> None:
    """Show the questions that were not answered, or not well.

    LOG is a file written by `chatbot serve --log`. Similar questions are grouped; the most frequent come first.
    """
    from chatbot.question_log import gaps, store

    found = gaps.group(store.read(log))
    if cases:
        for case in gaps.cases(found):
            write_json(case)
    elif options.as_json:
        write_json(gaps.listing(found))
    else:
        write_lines(gaps.text(found))


for command in (cache, check, demo, evaluate, index, read, serve, mcp):
    cli.add_command(command)


def main() -> None:
    """The console script."""
    cli(prog_name="chatbot")
