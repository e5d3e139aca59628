"""The root command: errors become one line and an exit code, and a question typed as a command is recognised."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress
from difflib import get_close_matches
from errno import ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click
from click.exceptions import NoArgsIsHelpError

from chatbot.cli.output import warn
from chatbot.errors import ChatbotError
from chatbot.inputs import is_url
from chatbot.terminal.text import sanitised

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

INTERRUPTED = 130
_MAX_SHOWN = 400  # characters of a command that is suggested
_SIMILAR = 0.75  # of a command's name to what was typed, from which it is suggested


def _discard_unwritten(stream: TextIO) -> None:
    """After ENOSPC, drop buffered output, so that the shutdown of the interpreter does not raise again."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _unwritten(error: OSError) -> int:
    """The exit code after ENOSPC, also while options are read: `--help` writes then. Raises any other error."""
    if error.errno != ENOSPC:  # click handles a closed pipe; anything else is a bug
        raise error
    for stream in filter(None, (sys.stdout, sys.stderr)):
        _discard_unwritten(stream)
    with suppress(OSError):
        warn(f"output could not be written: {error.strerror}")
    return ChatbotError.exit_code


def typed(*words: str) -> str:
    """A command to type, quoted for the shell."""
    return sanitised(shlex.join(["chatbot", *words]))[:_MAX_SHOWN]


def _no_question(ctx: click.Context, document: str, rest: list[str]) -> list[str]:
    """The arguments after a document; fails, and says what to type, if a question is among them."""
    for word in rest:
        if " " in word or word.endswith("?"):
            asked = typed("ask", "-d", document, word)
            ctx.fail(f"without a command a chat starts; to ask one question, type: {asked}")
    return rest


def _close(name: str, names: list[str]) -> list[str]:
    """The command that a misspelt word may stand for; a word that questions begin with, like "how", is none."""
    from chatbot.language.terms import STOP_WORDS

    return [] if name.lower() in STOP_WORDS else get_close_matches(name.lower(), names, 1, _SIMILAR)


def _advice(args: list[str], names: list[str]) -> str:
    """What may have been meant by arguments that begin with no command."""
    name, *rest = args
    if close := _close(name, names):
        return f"; did you mean: {typed(*close, *rest)}"
    if rest or " " in name or name.endswith("?"):
        return f"; to ask a question, type: {typed('ask', *args)}"
    return " and no such file; check the path" if Path(name).suffix else "; chatbot --help lists them"


def _usage(error: click.ClickException) -> str:
    """Click's message as our own begin and end, with where to look."""
    message = error.format_message().strip().removesuffix(".")
    context = getattr(error, "ctx", None)
    hint = f" (see {context.command_path} --help)" if context and type(error) is not click.UsageError else ""
    return f"{message[:1].lower()}{message[1:]}{hint}"


class Commands(click.Group):
    """Turns errors into exit codes, and recognises a question that was typed as a command."""

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run as a console script: a usage error or a full disk is one line like every other error."""
        code: Any
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except NoArgsIsHelpError as error:
            error.show()
            code = error.exit_code
        except click.ClickException as error:
            warn(_usage(error))
            code = error.exit_code
        except click.Abort:
            code = INTERRUPTED
        except OSError as error:
            code = _unwritten(error)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error that a user can fix becomes one line on standard error."""
        try:
            return super().invoke(ctx)
        except ChatbotError as error:
            warn(str(error))
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the options; Ctrl-C ends this as it ends a command."""
        try:
            return super().make_context(*args, **kwargs)
        except KeyboardInterrupt:
            raise click.exceptions.Exit(INTERRUPTED) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command: `chatbot FILE` chats about that file. Suggest what else may have been meant."""
        name, *rest = args
        if name in self.commands or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        if is_url(name) or os.path.lexists(name):
            return "chat", self.commands["chat"], ["-d", name, *_no_question(ctx, name, rest)]
        raise click.UsageError(f"there is no command {sanitised(name)[:80]!r}{_advice(args, list(self.commands))}")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands and options that begin like this, or else files: `chatbot FILE` chats about one."""
        from click.shell_completion import CompletionItem

        return super().shell_complete(ctx, incomplete) or [CompletionItem(incomplete, type="file")]
