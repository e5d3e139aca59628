"""The `demo` command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chatbot.cli.group import typed
from chatbot.cli.options import Options, common
from chatbot.cli.output import opened, page, write, write_json
from chatbot.errors import ChatbotError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.bot import Chatbot

_QUESTIONS = 5
_FOR_REFERENCES = "How many references are there?"  # where the content gives fewer questions


def questions(bot: Chatbot) -> Iterator[str]:
    """Up to five questions that are answered, made from the content of the documents."""
    made = bot.suggestions(_QUESTIONS)
    yield from made
    if len(made) < _QUESTIONS and bot.ask(_FOR_REFERENCES).answered:
        yield _FOR_REFERENCES


def _walk(bot: Chatbot, asked: Sequence[str], options: Options) -> None:
    """Show the questions with their answers, one after the other, and how to go on."""
    from chatbot.terminal import replies
    from chatbot.terminal.text import note

    shown = page(options, bot)
    for number, question in enumerate(asked, 1):
        heading = note(f"{number}/{len(asked)} > {question}", shown, "question")
        write([*heading, ("", "\n"), *replies.render(bot.ask(question), shown), ("", "\n")])
        if number < len(asked):
            click.pause("Press a key for the next question ...", err=True)
    start = typed(*(word for name in options.documents for word in ("-d", name)))
    write(note(f"Ask your own questions: {start}", shown))


@click.command()
@common
def demo(options: Options) -> None:
    """Walk through five questions.

    They are made from the article and known to be answered. On a terminal, a key leads to the next one.
    """
    bot = opened(options)
    asked = list(questions(bot))
    if not asked:
        raise ChatbotError('no question could be made from the article; ask your own: chatbot ask "..."')
    if options.as_json:
        for question in asked:
            write_json(bot.ask(question).to_dict())
    else:
        _walk(bot, asked, options)
