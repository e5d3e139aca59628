"""Exit codes: what they mean, and how errors become them."""

from __future__ import annotations

from typing import Any

import click

from chatbot.errors import ChatbotError
from chatbot.terminal import sanitised

NO_ANSWER = 3
INTERRUPTED = 130
EPILOG = """
\b
Exit codes:
  0    answered, found, passed
  1    an error, said in one line on standard error; eval: a bound is missed
  2    the command line is wrong
  3    the article gives no answer, or no passage has the words
  4    eval: the question set is invalid
  130  interrupted with Ctrl-C
"""


def warn(text: str) -> None:
    """One line on standard error."""
    click.echo(f"chatbot: {sanitised(text)}", err=True)


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
