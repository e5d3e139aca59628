"""Exit codes: what they mean, and how errors become them."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from errno import ENOSPC
from typing import Any, TextIO

import click

from chatbot.errors import ChatbotError
from chatbot.terminal.text import sanitised

NO_ANSWER = 3
INTERRUPTED = 130
_LONGEST = 2_000  # characters of a message
EPILOG = """
\b
Exit codes:
  0    answered, found, passed
  1    an error, said in one line on standard error; eval: a bound is missed;
       check --strict: something is found
  2    the command line is wrong
  3    the article gives no answer, or no passage has the words
  4    eval, check: the question set is invalid
  130  interrupted with Ctrl-C
"""


def warn(text: str) -> None:
    """One line on standard error, not too long to be read: what is wrong with data may quote megabytes of it."""
    shown = sanitised(text)
    kept = shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST // 2]} … {shown[-_LONGEST // 2 :]}"
    click.echo(f"chatbot: {kept}", err=True)


def _abandon(stream: TextIO) -> None:
    """Let what a full device did not take go, or Python would try again when it ends."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class Verbs(click.Group):
    """Turns errors into exit codes, and points out how a question is asked."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; what a user can put right is one line on standard error."""
        try:
            return super().invoke(ctx)
        except ChatbotError as error:
            warn(str(error))
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except OSError as error:
            if error.errno != ENOSPC:  # the end of a pipe is click's own business; all else would be a bug
                raise
            for stream in filter(None, (sys.stdout, sys.stderr)):
                _abandon(stream)
            with suppress(OSError):
                warn(f"what was to be written could not be: {error.strerror}")
            ctx.exit(ChatbotError.exit_code)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb; of something else that has spaces, guess that it is a question."""
        name = args[0]
        if name not in self.commands and (" " in name or name.endswith("?")):
            ctx.fail(
                f"There is no verb {sanitised(name)[:80]!r}. To ask a question: chatbot ask {sanitised(name)[:80]!r}"
            )
        return super().resolve_command(ctx, args)
