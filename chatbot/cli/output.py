"""What commands share: opened articles, and what goes to standard output and standard error."""

from __future__ import annotations

import io
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from chatbot import inputs
from chatbot.answers.resources import cache_of
from chatbot.bot import Chatbot, bundled_article
from chatbot.cli.capacity import advice
from chatbot.cli.options import Options, current_options, on_terminal
from chatbot.common.progress import progress
from chatbot.errors import ArticleError, UsageError
from chatbot.terminal.text import sanitised

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from chatbot.common.cache import Cache
    from chatbot.documents.model import Document
    from chatbot.language.synonyms import Synonyms
    from chatbot.terminal.text import Block, Page


_STDIN = "standard input"  # how errors name it
_WIDTH = 80  # columns of a terminal that does not say how many it has
_LONGEST = 2_000  # characters of a warning


def warn(text: str) -> None:
    """Write one line to standard error; a message that quotes megabytes of faulty data is cut."""
    shown = sanitised(text)
    kept = shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST // 2]} … {shown[-_LONGEST // 2 :]}"
    click.echo(f"chatbot: {kept}", err=True)


def write_lines(text: str) -> None:
    """Write a report of several lines, which may quote articles, to standard output."""
    click.echo("\n".join(sanitised(line) for line in text.split("\n")))


def write(block: Block) -> None:
    """Write styled text to standard output, in colour if it wants colour."""
    from chatbot.terminal.text import painted, plain

    colour = current_options().colour
    click.echo(painted(block) if colour else plain(block), nl=False, color=colour)


def copy(text: str) -> None:
    """Copy a text to the clipboard of the terminal that shows standard output."""
    from chatbot.terminal.clipboard import sequence

    click.echo(sequence(text), nl=False, color=True)


def write_json(value: Any) -> None:
    """Write a value to standard output as one line of JSON."""
    from chatbot.common.json_values import as_json

    click.echo(as_json(value))


def waiting(text: str) -> AbstractContextManager[None]:
    """Show a text on a terminal's standard error, if the work takes longer than a second, and how far it is."""
    return progress(text, sys.stderr)


def reading(names: Sequence[str]) -> str:
    """The text shown while files are read."""
    what = sanitised(Path(names[0]).name)[:40] if len(names) == 1 else f"{len(names)} articles"
    return f"Reading and indexing {what} ..."


def stdin() -> BinaryIO:
    """Standard input; empty where it was closed (`chatbot <&-`)."""
    return sys.stdin.buffer if sys.stdin else io.BytesIO()


def refuse_stdin(options: Options, why: str) -> None:
    """Raise UsageError, which says why, if a document is to be read from standard input."""
    if inputs.STDIN in options.documents:
        raise UsageError(f"-d - reads the document from standard input, but {why}")


def _typed(cache: Cache | None) -> Document:
    """The document on standard input."""
    from chatbot import formats
    from chatbot.documents.model import LIMIT

    if len(source := stdin().read(LIMIT + 1)) > LIMIT:
        raise ArticleError(_STDIN, f"has more than {LIMIT >> 20} MB; split it into several articles")
    return formats.document(source, "stdin", _STDIN, cache)


def read_document(path: Path, cache: Cache | None) -> Document:
    """The document in a file, or on standard input for `-`. Raises ArticleError."""
    from chatbot import formats

    return _typed(cache) if str(path) == inputs.STDIN else formats.read(path, cache)


def _article(path: Path, cache: Cache | None) -> tuple[Document, Synonyms]:
    from chatbot.language.synonyms import Synonyms, load_for

    return read_document(path, cache), Synonyms({}) if str(path) == inputs.STDIN else load_for(path, cache)


def warn_unread(unread: Sequence[inputs.Unread]) -> None:
    """Say which files of folders were left out."""
    if unread:
        warn(inputs.summary(unread))


def refuse_documents(options: Options) -> None:
    """Raise UsageError if documents are named beside an engine that holds some already."""
    if options.documents and options.engine:
        raise UsageError("--engine has its documents already: leave -d out, or add them with `chatbot index`")


def say_words_only(options: Options) -> None:
    """Say that an engine does not search by meaning, where one can expect it."""
    from chatbot.semantic.extra import available

    if options.semantic is None and available() and not options.quiet:
        warn("OpenSearch finds sentences by words only; --no-semantic leaves this line out")


def _engine(options: Options) -> Chatbot:
    """The collection that an engine holds."""
    refuse_documents(options)
    say_words_only(options)
    with waiting(f"Opening {options.engine} ..."):
        return Chatbot.open(settings=options.settings)


def opened(options: Options) -> Chatbot:
    """The articles named by the options, read and indexed."""
    if options.engine:
        return _engine(options)
    names = options.documents or (str(bundled_article()),)
    with waiting(reading(names)):
        cache = cache_of(options.settings)
        articles, unread = inputs.load(names, partial(_article, cache=cache))
        documents, synonyms = zip(*articles, strict=True)
        bot = Chatbot(documents, options.settings, synonyms, cache)
    warn_unread(unread)
    if not options.quiet and (line := advice(names, len(documents))):
        warn(line)
    return bot


def width() -> int | None:
    """The columns to wrap text to: the terminal's, up to a readable maximum; None: not a terminal, do not wrap."""
    from chatbot.terminal.text import MAX_WIDTH

    return min(shutil.get_terminal_size().columns or _WIDTH, MAX_WIDTH) if on_terminal(sys.stdout) else None


def page(options: Options, bot: Chatbot | None = None) -> Page:
    """How replies are laid out."""
    from chatbot.terminal.text import Page

    return Page(width(), bot.documents if bot else (), options.explain, bot.threshold if bot else None)
