"""Fuzzing: articles and files made by chance, whatever is done to them: `python evals/fuzz.py --count 5000`.

For each article and its questions, in one conversation: a quote is the text at its place; each number that is printed
is listed with an entry of its own chapter, or has none; nothing is raised but the program's own errors; the same bytes
come out twice, and in a process with another hash seed; no article takes longer than its time. `--files` damages small
files of every format instead: each is read, or refused in one line, in bounded time and memory.

A failure is printed with its seed: `--seed N --count 1` repeats it. Exit code 1 if there is any.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from time import monotonic, process_time
from typing import TYPE_CHECKING, Any

import click
from fuzz_articles import Article, article, printed_numbers, questions

from chatbot import Chatbot, Settings
from chatbot.conversation import Conversation
from chatbot.documents.parser import parse
from chatbot.errors import ChatbotError

if TYPE_CHECKING:
    from chatbot.reply import Quote, Reply

_ASKED = 5  # questions about an article
_TWICE = 40  # articles whose replies are computed again in a process with another hash seed
Check = Callable[[int], str]  # from a seed to what has to come out twice; raises for a failure


class FoundError(Exception):
    """Something that must not be."""


def _require(condition: object, what: str) -> None:
    if not condition:
        raise FoundError(what)


def _quotes(reply: Reply) -> Iterator[Quote]:
    yield from (*reply.quotes, *reply.near)
    for part in reply.parts:
        yield from _quotes(part)


def _check_quote(made: Article, quote: Quote) -> None:
    document, (start, end) = quote.document, quote.span
    _require(quote.text == document.text[start:end] != "", f"no text at {start}-{end}")
    _require(quote.text == quote.to_dict()["text"], "the JSON says something else")
    listed = {entry.number: entry for entry in quote.entries}
    for number in quote.numbers:
        known = document.reference(number, start)
        _require(known is None or number in listed, f"{number} is printed in {quote.text!r}, but not listed")
    if quote.entry:
        return
    for entry in quote.entries if made.own else ():
        chapter, named = made.chapter(start), re.search(r"List (\d), work", entry.text)
        lent = named is not None and int(named[1]) != chapter
        _require(not lent, f"chapter {chapter} borrows {entry.text!r} for {quote.text!r}")


def _check_citations(made: Article, bot: Chatbot) -> None:
    """Each citation that can be nothing else is read, wherever its list was."""
    document = bot.document
    for sentence in document.sentences if made.pattern and document.references else ():
        text = document[sentence.span]
        for number in printed_numbers(made.pattern or "", text) if sentence.kind.value != "code" else ():
            known = document.reference(number, sentence.span.start)
            _require(known is None or number in sentence.numbers, f"{number} is not read in {text!r}")


def _check_reply(made: Article, reply: Reply) -> None:
    for quote in _quotes(reply):
        _check_quote(made, quote)
    shown = {(entry.document.name, entry.span) for entry in reply.entries}
    for quote in reply.quotes:
        for entry in quote.entries:
            _require((entry.document.name, entry.span) in shown, f"{entry.text!r} is cited, but not listed")
    _require(reply.kind.value in ("none", "smalltalk") or reply.quotes, "an answer without a quote")
    _require(0 <= reply.confidence <= 1, f"a confidence of {reply.confidence}")


def _talk(made: Article, asked: list[str], threshold: float) -> list[str]:
    """What comes out of a conversation about an article, checked."""
    bot = Chatbot([parse(made.text, made.name)], Settings(semantic=False, threshold=threshold))
    _check_citations(made, bot)
    conversation, said = Conversation(), []
    for question in asked:
        reply = bot.reply(question, conversation)
        _check_reply(made, reply)
        conversation = conversation.then(question, reply)
        said.append(json.dumps(reply.to_dict()))
    return said


def check_article(seed: int) -> str:
    """The hash of what comes out of an article and its questions. Raises FoundError, or whatever the program raises."""
    chance = Random(seed)  # noqa: S311 - so that a failure can be repeated
    made = article(chance)
    asked, threshold = questions(chance, made.text, _ASKED), chance.choice((0.0, 0.3, 0.6))
    said = _talk(made, asked, threshold)
    _require(said == _talk(made, asked, threshold), "the same questions, other bytes")
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def check_file(seed: int) -> str:
    """The hash of what comes out of a damaged file, or of the line that refuses it."""
    from fuzz_files import damaged_file

    from chatbot import formats

    name, content = damaged_file(Random(seed))  # noqa: S311 - so that a failure can be repeated
    try:
        document = formats.document(content, name)
    except ChatbotError as error:
        _require("\n" not in str(error), f"more than one line: {error}")
        _require(formats.FAILED not in str(error), f"a bug: {error.__cause__!r}")
        said = str(error)
    else:
        offsets = [place.offset for place in document.places]
        _require(offsets == sorted(offsets), "places out of order")
        said = document.text
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise FoundError in what takes longer; only where the system has this timer."""

    def late(*_: Any) -> None:
        raise FoundError(f"takes longer than {seconds:g} s")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)  # of this process alone: other load does not count
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def fault(check: Check, seed: int, seconds: float) -> str | None:
    """What is wrong with the article or the file of a seed; None if nothing is."""
    try:
        with _limited(seconds):
            check(seed)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:400]
    return None


def digest(check: Check, seeds: range) -> str:
    """What comes out of some seeds, as one hash; of one that fails its failure."""

    def made(seed: int) -> str:
        try:
            return check(seed)
        except Exception as error:
            return repr(error)

    return hashlib.sha256("\n".join(map(made, seeds)).encode("utf-8", "replace")).hexdigest()


def _elsewhere(words: list[str], seeds: range) -> str:
    """The same hash, computed in a process with another hash seed."""
    command = [sys.executable, __file__, *words, "--seed", str(seeds.start), "--count", str(len(seeds)), "--digest"]
    environment = {**os.environ, "PYTHONHASHSEED": "4242"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603


def _bounded_memory(limit: int) -> None:
    """Let this process have at most so many MB, where the system can do that."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (limit << 20, resource.getrlimit(resource.RLIMIT_AS)[1]))


def search(check: Check, seeds: range, seconds: float, minutes: float) -> tuple[list[tuple[int, str]], int, float]:
    """The failures with their seeds, how many seeds were tried in the time, and the longest CPU time of one."""
    found: list[tuple[int, str]] = []
    slowest, tried, end = 0.0, 0, monotonic() + 60 * minutes
    for seed in seeds:
        if monotonic() > end:
            break
        started = process_time()
        what = fault(check, seed, seconds)
        slowest = max(slowest, process_time() - started)
        tried += 1
        if what:
            found.append((seed, what))
            click.echo(f"seed {seed}: {what}")
    return found, tried, slowest


@click.command(help=__doc__)
@click.option("--files", is_flag=True, help="Damage files of every format instead of making articles.")
@click.option("--count", type=click.IntRange(1), default=200, show_default=True, help="Articles or files.")
@click.option("--seed", type=int, default=0, show_default=True, help="The seed of the first.")
@click.option("--seconds", type=float, default=5.0, show_default=True, help="CPU time that one may take.")
@click.option("--minutes", type=float, default=30.0, show_default=True, help="Time after which no more are tried.")
@click.option("--memory", type=int, default=3000, show_default=True, help="MB of address space.")
@click.option("--digest", "only_digest", is_flag=True, hidden=True)
def main(  # noqa: PLR0913 - one for each option
    *, files: bool, count: int, seed: int, seconds: float, minutes: float, memory: int, only_digest: bool
) -> None:
    """Try the seeds and print the failures."""
    _bounded_memory(memory)
    check = check_file if files else check_article
    seeds = range(seed, seed + count)
    if only_digest:
        click.echo(digest(check, seeds))
        return
    found, tried, slowest = search(check, seeds, seconds, minutes)
    again = seeds[:_TWICE]
    same = digest(check, again) == _elsewhere(["--files"] if files else [], again)
    if not same:
        click.echo(f"the seeds {again.start} to {again.stop - 1} give other bytes in another process")
    what = "files" if files else "articles"
    click.echo(f"{tried:,} of {count:,} {what} tried, {len(found)} failed; the slowest took {slowest:.2f} s")
    sys.exit(1 if found or not same else 0)


if __name__ == "__main__":
    main()
