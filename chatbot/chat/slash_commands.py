"""The chat as a pure step: a line typed in a state gives text to show and the next state. No terminal needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from chatbot.chat import transcript
from chatbot.conversation import Conversation
from chatbot.errors import ChatbotError, UsageError
from chatbot.inspection import lookups
from chatbot.terminal import layout, quotes, replies
from chatbot.terminal.layout import Block, Page
from chatbot.terminal.text import paragraph

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.reply import Reply

MORE = "tell me more"
KEYS = "Tab completes · Esc Enter: new line · Ctrl-C clears the line · Ctrl-D leaves"
NOTHING_YET = "Nothing is asked yet. Type a question first."


@dataclass(frozen=True, slots=True)
class State:
    """All that a chat remembers. `page` is what answers are written on."""

    bot: Chatbot
    page: Page = field(default_factory=Page)
    conversation: Conversation = field(default_factory=Conversation)
    leaving: bool = False

    @property
    def last(self) -> Reply | None:
        """The newest reply, if any."""
        return self.conversation.last.reply if self.conversation.last else None


class Step(NamedTuple):
    """What one line leads to."""

    state: State
    shown: Block


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the table that help, completion and the chat itself read. `aliases` work with and without a slash."""

    name: str
    argument: str
    summary: str
    run: Callable[[State, str], Step]
    aliases: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """How it is typed: `/ref N`."""
        return f"/{self.name} {self.argument}".rstrip()


def ask(state: State, question: str) -> Step:
    """Put a question to the bot; what it refuses leaves the conversation as it was."""
    reply = state.bot.reply(question, state.conversation)
    conversation = state.conversation.then(question, reply)
    return Step(replace(state, conversation=conversation), replies.reply(reply, state.page))


def _say(state: State, text: str) -> Step:
    return Step(state, layout.note(text, state.page))


def _row(command: Command, wide: int, page: Page) -> Block:
    left = f"  {command.usage:<{wide}}  "
    return paragraph([("", command.summary)], page.width, (("number", left),), (("", " " * len(left)),))


def _help(state: State, _: str) -> Step:
    wide = max(len(command.usage) for command in COMMANDS)
    table = [fragment for command in COMMANDS for fragment in _row(command, wide, state.page)]
    introduction, keys = (layout.note(text, state.page) for text in ("Type a question, or:", KEYS))
    suggested = replies.suggestions(state.bot.suggestions(), state.page)
    return Step(state, layout.stacked([introduction, table, keys, suggested]))


def _refs(state: State, _: str) -> Step:
    return Step(state, quotes.bibliography(state.bot.documents, state.page))


def number(text: str) -> int:
    """The reference number that someone typed: `3`, `(3)` or `[3]`."""
    digits = text.strip().strip("()[]^.# ")
    if not digits.isdecimal() or len(digits) > 9:
        raise UsageError(f"'{text.strip()[:40]}' is no reference number; try a number like 1")
    return int(digits)


def _ref(state: State, argument: str) -> Step:
    found = lookups.cited(state.bot.documents, number(argument))
    return Step(state, layout.stacked(quotes.cited(item, state.page) for item in found))


def _source(state: State, _: str) -> Step:
    if state.last is None:
        return _say(state, NOTHING_YET)
    if not state.last.answered:
        return _say(state, "Nothing was quoted, so there is no reference.")
    shown = quotes.references(state.last.entries, state.page)
    return Step(state, shown or layout.note(replies.NO_REFERENCE, state.page))


def _why(state: State, _: str) -> Step:
    return Step(state, replies.why(state.last)) if state.last else _say(state, NOTHING_YET)


def _more(state: State, _: str) -> Step:
    return ask(state, MORE) if state.last else _say(state, NOTHING_YET)


def _sections(state: State, _: str) -> Step:
    page = state.page
    blocks = (
        [*layout.note(page.name(document), page, "title"), *replies.sections(document, page)]
        for document in state.bot.documents
    )
    return Step(state, layout.stacked(blocks))


def _search(state: State, words: str) -> Step:
    found = lookups.passages(state.bot.search(words))
    shown = quotes.hits(found, state.page)
    return Step(state, shown or layout.note("No passage has any of these words.", state.page))


def _save(state: State, path: str) -> Step:
    turns = len(state.conversation.turns)
    if not turns:
        return _say(state, NOTHING_YET)
    saved = transcript.save(state.conversation, path, state.page.names)
    return _say(state, f"Saved {turns} {'turn' if turns == 1 else 'turns'} to {saved}.")


def _clear(state: State, _: str) -> Step:
    return _say(replace(state, conversation=Conversation()), "The conversation is forgotten.")


def _quit(state: State, _: str) -> Step:
    return Step(replace(state, leaving=True), [])


COMMANDS = (
    Command("help", "", "this list", _help, ("help", "?")),
    Command("refs", "", "the article's references", _refs),
    Command("ref", "N", "reference N, and the sentences that cite it", _ref),
    Command("source", "", "the references behind the last answer", _source),
    Command("why", "", "the evidence for the last answer", _why),
    Command("more", "", "more about the last answer", _more),
    Command("sections", "", "the article's headings", _sections),
    Command("search", "WORDS", "the passages with these words, and their scores", _search),
    Command("save", "FILE", "keep the conversation, as JSON lines if FILE ends in .jsonl", _save),
    Command("clear", "", "forget the conversation", _clear),
    Command("quit", "", "leave (as do 'exit' and Ctrl-D)", _quit, ("quit", "exit")),
)


def _unknown(name: str) -> str:
    close = get_close_matches(name.lower(), [command.name for command in COMMANDS], 1, 0.6)
    hint = f"Did you mean /{close[0]}?" if close else "/help lists the commands."
    return f"There is no command /{name}. {hint}"


def find(line: str) -> Command | None:
    """The command that a line calls, if it calls one. Raises ChatbotError for one that there is not."""
    if not line.startswith("/"):
        return next((command for command in COMMANDS if line.lower() in command.aliases), None)
    name = line[1:].split(None, 1)[0] if line[1:].strip() else ""
    found = next((command for command in COMMANDS if name.lower() in (command.name, *command.aliases)), None)
    if not found:
        raise ChatbotError(_unknown(name[:40]) if name else "/help lists the commands.")
    return found


def _argument(command: Command, line: str) -> str:
    argument = line.partition(" ")[2].strip() if line.startswith("/") else ""
    if command.argument and not argument:
        raise ChatbotError(f"Type {command.usage}: {command.summary}.")
    return argument


def step(state: State, line: str) -> Step:
    """Answer one line: a question, or a command of the table. Raises ChatbotError; the state is then as before."""
    line = line.strip()
    if not line:
        return Step(state, [])
    command = find(line)
    return command.run(state, _argument(command, line)) if command else ask(state, line)
