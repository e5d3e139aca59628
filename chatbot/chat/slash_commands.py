"""The chat's commands, like /help, and the step that answers one line; needs no terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from chatbot.chat import sharing, transcript
from chatbot.chat.choice import chosen, listing
from chatbot.common.wording import counted
from chatbot.conversation import Conversation
from chatbot.errors import ChatbotError
from chatbot.inspection import lookups
from chatbot.terminal import replies
from chatbot.terminal.article_report import outline
from chatbot.terminal.text import Block, Page, joined, note, paragraph, stacked

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.reply import Reply

MORE = "tell me more"
KEYS = "Tab completes · Esc Enter: new line · Ctrl-C clears the line · Ctrl-D leaves"
EVERY = "all"  # what /document takes for all documents
NO_QUESTION = "You have not asked a question yet."


@dataclass(frozen=True, slots=True)
class State:
    """The state of a chat: the bot, the layout of replies, the conversation so far, and whether the chat ends.

    `whole` is the bot for all documents while `bot` is one for a chosen document.
    """

    bot: Chatbot
    page: Page = field(default_factory=Page)
    conversation: Conversation = field(default_factory=Conversation)
    leaving: bool = False
    whole: Chatbot | None = None

    @property
    def last(self) -> Reply | None:
        """The latest reply, if any."""
        return self.conversation.last.reply if self.conversation.last else None


@dataclass(frozen=True, slots=True)
class Step:
    """The result of one line: the next state, what to show, and what to copy to the clipboard, if anything."""

    state: State
    shown: Block
    copied: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the chat, for help, completion and execution. Its `aliases` work with and without a slash.

    An argument in brackets may be left out.
    """

    name: str
    argument: str
    summary: str
    run: Callable[[State, str], Step]
    aliases: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """How to type it: `/ref N`."""
        return f"/{self.name} {self.argument}".rstrip()


def ask(state: State, question: str) -> Step:
    """Ask the bot a question. Raises QuestionError if it is too long; the conversation is then unchanged."""
    reply = state.bot.reply(question, state.conversation)
    conversation = state.conversation.then(question, reply)
    return Step(replace(state, conversation=conversation), replies.render(reply, state.page))


def _message(state: State, text: str) -> Step:
    return Step(state, note(text, state.page))


def _help_row(command: Command, width: int, page: Page) -> Block:
    left = f"  {command.usage:<{width}}  "
    return paragraph([("", command.summary)], page.width, (("number", left),), (("", " " * len(left)),))


def _help(state: State, _: str) -> Step:
    width = max(len(command.usage) for command in COMMANDS)
    table = joined(_help_row(command, width, state.page) for command in COMMANDS)
    introduction, keys = (note(text, state.page) for text in ("Type a question, or one of these commands:", KEYS))
    suggestions = replies.suggestions(state.bot.suggestions(), state.page)
    return Step(state, stacked([introduction, table, keys, suggestions]))


def _refs(state: State, _: str) -> Step:
    return Step(state, replies.bibliography(state.bot.documents, state.page))


def _ref(state: State, argument: str) -> Step:
    found = lookups.entries_named(state.bot.documents, argument)
    return Step(state, stacked(replies.cited_entry(item, state.page) for item in found))


def _source(state: State, _: str) -> Step:
    if state.last is None:
        return _message(state, NO_QUESTION)
    if not state.last.answered:
        return _message(state, "Nothing was quoted, so there is no reference.")
    shown = replies.references(state.last.sources, state.page)
    return Step(state, shown) if shown else _message(state, replies.NO_REFERENCE)


def _why(state: State, _: str) -> Step:
    page = replace(state.page, threshold=state.bot.threshold)
    return Step(state, replies.explanation(state.last, page)) if state.last else _message(state, NO_QUESTION)


def _more(state: State, _: str) -> Step:
    return ask(state, MORE) if state.last else _message(state, NO_QUESTION)


def _sections(state: State, _: str) -> Step:
    page = state.page
    blocks = ([*note(page.name(document), page, "title"), *outline(document, page)] for document in state.bot.documents)
    return Step(state, stacked(blocks))


def _search(state: State, words: str) -> Step:
    shown = replies.search_results(lookups.search_results(state.bot.search(words), state.bot), state.page)
    return Step(state, shown) if shown else _message(state, "No passage has any of these words.")


def _save(state: State, path: str) -> Step:
    turns = len(state.conversation.turns)
    if not turns:
        return _message(state, NO_QUESTION)
    saved = transcript.save(state.conversation, path, state.page.documents or state.bot.documents)
    return _message(state, f"Saved {counted(turns, 'turn')} to {saved}.")


def _copy(state: State, _: str) -> Step:
    if state.last is None:
        return _message(state, NO_QUESTION)
    text = sharing.copyable(state.last)
    return Step(state, note(sharing.COPIED, state.page), text)


def _export(state: State, path: str) -> Step:
    if not state.conversation.turns:
        return _message(state, NO_QUESTION)
    number, target = sharing.export(state.conversation, path)
    return _message(state, f"Exported {counted(number, 'reference')} to {target}.")


def _open(state: State, name: str) -> Step:
    return _message(state, f"Opened {sharing.open_entry(state.bot.documents, name, state.last)}.")


def _document(state: State, name: str) -> Step:
    whole = state.whole or state.bot
    if not name:
        return Step(state, listing(whole, state.bot, state.page))
    if name.lower() == EVERY:
        return _message(replace(state, bot=whole, whole=None), "Every document is asked again.")
    document = chosen(whole, name)
    narrowed = replace(state, bot=whole.narrowed([document]), whole=whole)
    return _message(narrowed, f"Only “{document.title_text}” is asked now. /document {EVERY} asks every one again.")


def _clear(state: State, _: str) -> Step:
    return _message(replace(state, conversation=Conversation()), "The conversation has been cleared.")


def _quit(state: State, _: str) -> Step:
    return Step(replace(state, leaving=True), [])


COMMANDS = (
    Command("help", "", "show this help", _help, ("help", "?")),
    Command("refs", "", "list the article's references", _refs),
    Command("ref", "N", "show reference N and the sentences that cite it", _ref),
    Command("source", "", "show the references behind the last answer", _source),
    Command("why", "", "show why the last answer is as it is", _why),
    Command("more", "", "show more on the topic of the last answer", _more),
    Command("sections", "", "list the article's headings", _sections),
    Command("search", "WORDS", "find the passages with these words, with their scores", _search),
    Command("copy", "", "copy the last answer to the clipboard of your terminal", _copy),
    Command("open", "N", "open reference N in the web browser", _open),
    Command("export", "FILE", "export the cited references: FILE.bib, .ris or .json", _export),
    Command("save", "FILE", "save the conversation: FILE.md, .txt or .jsonl", _save),
    Command("document", "[NAME]", f"list the documents, or ask only one; '{EVERY}': ask every one", _document),
    Command("clear", "", "forget the conversation", _clear),
    Command("quit", "", "leave the chat, as do 'exit' and Ctrl-D", _quit, ("quit", "exit")),
)


def _unknown(name: str) -> str:
    close = get_close_matches(name.lower(), [command.name for command in COMMANDS], 1, 0.6)
    hint = f"did you mean /{close[0]}?" if close else "/help lists the commands"
    return f"there is no command /{name}; {hint}"


def find(line: str) -> Command | None:
    """The command in a line; None if the line is a question. Raises ChatbotError for an unknown command."""
    if not line.startswith("/"):
        return next((command for command in COMMANDS if line.lower() in command.aliases), None)
    name = line[1:].split(None, 1)[0] if line[1:].strip() else ""
    found = next((command for command in COMMANDS if name.lower() in (command.name, *command.aliases)), None)
    if not found:
        raise ChatbotError(_unknown(name[:40]) if name else "/help lists the commands")
    return found


def _argument(command: Command, line: str) -> str:
    argument = line.partition(" ")[2].strip() if line.startswith("/") else ""
    if command.argument and not command.argument.startswith("[") and not argument:
        raise ChatbotError(f"type {command.usage} to {command.summary}")
    return argument


def step(state: State, line: str) -> Step:
    """Answer one line: a question or a command. Raises ChatbotError; the state is then unchanged."""
    line = line.strip()
    if not line:
        return Step(state, [])
    command = find(line)
    return command.run(state, _argument(command, line)) if command else ask(state, line)
