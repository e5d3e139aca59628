"""What holds for every article, question and dialogue: verbatim quotes, the article's own numbers, the same bytes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support.articles import bot, talk

from chatbot.conversation import Conversation
from chatbot.documents.model import Kind
from chatbot.reply import ReplyKind

HERE = Path(__file__).parent
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# How a style prints its numbers (before or behind the full stop), how a reader reads them, and how it counts entries.
STYLES = {
    "bracket": (" [{}].", r"\[([\d, –]+)\]", "{}. "),
    "paren": (" ({}).", r"\(([\d, –]+)\)", "{}. "),
    "bracketed list": (" [{}].", r"\[([\d, –]+)\]", "[{}] "),
    "caret": (".^{}^", r"\^([\d, –]+)\^", "{}. "),
    "html": (".<sup>{}</sup>", r"<sup>([\d, –]+)</sup>", "{}. "),
    "footnote": ("[^{}].", r"\[\^(\d+)\]", "[^{}]: "),
}
NOUNS = (
    "bees",
    "drones",
    "queens",
    "moths",
    "mites",
    "geese",
    "ducks",
    "wolves",
    "spiders",
    "otters",
    "salmon",
    "beetles",
)
VERBS = ("carry", "avoid", "repair", "guard", "follow", "collect", "do not need", "never eat", "store", "share")
THINGS = (
    "nectar",
    "pollen",
    "leaves",
    "branches",
    "pebbles",
    "resin",
    "feathers",
    "shells",
    "seeds",
    "moss",
    "snow",
    "clay",
)
PLACES = (
    "in winter",
    "near rivers",
    "at night",
    "after rain",
    "in the hive",
    "on warm days",
    "below ground",
    "for 12 days",
)
OPENINGS = ("What do", "Do", "How many", "Why do", "When do")
NAMES = ("Smith", "Jones", "Brown", "White", "Green", "Black", "Stone", "Field")
SIGNS = (
    "🐝",
    "e\u0301",
    "\u00a0",
    "\u200b",
    "\x1b[31m",
    "\x00",
    "\ud800",
    "\\",
    "  ",
    "\r\n",
    "\t",
    "½",
    "ﬁ",
    "“",
    "²",
    "[9]",
    "(1)",
    "\u202e",
    "\n\n",
)
QUESTIONS = (
    "What is this about?",
    "tell me more",
    "who says so?",
    "when was that published?",
    "and drones?",
    "why?",
    "do they?",
    "show all references",
    "reference 1",
    "what is reference 2 cited for?",
    "newest source",
    "thanks",
    "hi",
    "back to what you said first",
    "different question: do moths share moss?",
    "the second one",
    "yes",
    "what about geese and what do they guard?",
    "is the of",
    "",
    "Should I eat snow?",
    "Where does the pollen come from?",
)


class Article:
    """An article as its author knows it: the text, and for each sentence its place and the numbers it prints."""

    def __init__(self, random):
        self.style = random.choice(list(STYLES))
        self.mark, self.read, self.entry = STYLES[self.style]
        self.text = ""
        self.cited = {}
        count = random.randint(2, 6)
        uncited = list(range(1, count + 1))
        self.text += "# The life of animals\n\n"
        for section in range(random.randint(1, 3)):
            self.text += f"## Part {section + 1} of it\n\n"
            for _ in range(random.randint(1, 3)):
                for _ in range(random.randint(1, 4)):
                    self.sentence(random, uncited, count)
                self.text = self.text.rstrip(" ") + "\n\n"
        while uncited:  # every entry is cited somewhere
            self.sentence(random, uncited, count, always=True)
        self.text = self.text.rstrip(" ") + "\n\n## References\n\n"
        self.entries = {}
        for number in range(1, count + 1):
            self.entries[number] = (
                f"{random.choice(NAMES)} AB, {random.choice(NAMES)} C. On {random.choice(NOUNS)}. "
                f"J Foo. {1980 + number};{number}:2-9."
            )
            self.text += self.entry.format(number) + self.entries[number] + "\n"

    def sentence(self, random, uncited, count, *, always=False):
        """Add a sentence, half of the time with numbers."""
        said = " ".join(random.choice(words) for words in (NOUNS, VERBS, THINGS, PLACES)).capitalize()
        numbers: tuple[int, ...] = ()
        if always or random.random() < 0.5:
            first = uncited.pop(0) if uncited else random.randint(1, count)
            numbers = (first,)
            if self.style != "footnote" and random.random() < 0.3:
                numbers = tuple(sorted({first, random.randint(1, count)}))
        printed = self.mark.format(random.choice((", ", ",")).join(map(str, numbers))) if numbers else "."
        self.cited[len(self.text), len(self.text) + len(said + printed)] = numbers
        self.text += said + printed + " "


def reread(pattern, text):
    """The numbers that a text prints in a style, each once, read without the program."""
    lists = (re.split(r",\s*", found) for found in re.findall(pattern, text))
    return tuple(dict.fromkeys(int(number) for numbers in lists for number in numbers if number))


def every_quote(reply):
    """The quotes of a reply, of its parts, and what is near."""
    yield from (*reply.quotes, *reply.near)
    for part in reply.parts:
        yield from every_quote(part)


def check_places(reply):
    """Every quote is the place that it claims, and every entry belongs to a number that is quoted."""
    for quote in every_quote(reply):
        item, text = quote.to_dict(), quote.document.text
        assert item["text"] == text[item["start"] : item["end"]] != ""
        assert item["line"] == len(re.split(r"\r\n|\r|\n", text[: item["start"]]))
    for entry in reply.entries:
        assert any(
            quote.document is entry.document and entry.reference.number in quote.numbers for quote in reply.quotes
        )
        assert entry.text == entry.document.text[slice(*entry.reference.span)]
    assert 0 <= reply.best < max(1, len(reply.quotes))
    assert reply.answered == bool(reply.quotes) == (reply.kind not in (ReplyKind.NONE, ReplyKind.SMALLTALK))
    assert len(set(reply.quotes)) == len(reply.quotes)


def check_numbers(reply):
    """No number is lent: each is of an entry, and of a marker inside the very place that is quoted."""
    for quote in every_quote(reply):
        document = quote.document
        entry = next((entry for entry in document.references if entry.span == quote.span), None)
        if entry:
            assert quote.numbers == (entry.number,)
            assert str(entry.number) in document.text[: quote.span.start].splitlines()[-1]
            continue
        inside = [s for s in document.sentences if quote.span.start <= s.span.start and s.span.end <= quote.span.end]
        assert quote.numbers == tuple(dict.fromkeys(n for s in inside for n in s.numbers)) or not inside
        printed = {
            int(digits)
            for digits in re.findall(r"\d+", quote.text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")))
        }
        ranges = re.search(r"\d\s*[-–—−‑]\s*\d", quote.text)
        assert set(quote.numbers) <= printed or ranges
        assert all(document.reference(number, quote.span.start) for number in quote.numbers)


def asked_of(random, text):
    """A question made of an article's words, of words of the generator, or of a kind of its own."""
    kind = random.randrange(4)
    if kind == 0:
        return random.choice(QUESTIONS)
    if kind == 1:
        words = text.split() or ["x"]
        start = random.randrange(len(words))
        return " ".join(words[start : start + random.randint(1, 8)])
    asked = " ".join(random.choice(words) for words in (OPENINGS, NOUNS, VERBS, THINGS)) + "?"
    return asked if kind == 2 else asked.replace("e", "", 1) + f" And {random.choice(NOUNS)}?"


def mutated(random, text):
    """An article cut, doubled, or with odd signs put in."""
    for _ in range(random.randint(1, 4)):
        start, end = sorted((random.randint(0, len(text)), random.randint(0, len(text))))
        match random.randrange(5):
            case 0:
                text = text[:start] + text[min(end, start + 60) :]
            case 1:
                text = text[:end] + text[start:end] + text[end:]
            case 2:
                text = text[:start] + random.choice(SIGNS) + text[start:]
            case 3:
                text = text.replace("\n", "\r\n")
            case _:
                text = text.replace(random.choice(" .aeo"), random.choice(SIGNS), random.randint(1, 5))
    return text


class TestGenerated:
    """Articles whose every number is known beforehand."""

    @QUICK
    @given(st.randoms(use_true_random=False))
    def test_sentences_and_numbers(self, random):
        """Each quote is one full sentence of the author's, with exactly the numbers that are printed in it."""
        article = Article(random)
        someone = bot(article.text, threshold=0.0)
        for _ in range(4):
            reply = someone.ask(asked_of(random, article.text))
            check_places(reply)
            check_numbers(reply)
            for quote in [quote for found in (reply, *reply.parts) for quote in found.quotes]:
                if quote.text in article.entries.values():
                    assert article.entries[quote.numbers[0]] == quote.text
                elif (sentence := (quote.span.start, quote.span.end)) in article.cited:
                    assert quote.numbers == article.cited[sentence] == reread(article.read, quote.text)
                else:
                    assert quote.text in ("The life of animals", *(f"Part {part} of it" for part in range(1, 4)))
                    assert quote.numbers == ()
            assert {entry.reference.number: entry.text for entry in reply.entries}.items() <= article.entries.items()

    @QUICK
    @given(st.randoms(use_true_random=False))
    def test_what_is_near(self, random):
        """What is near prints exactly the numbers that the author printed there."""
        article = Article(random)
        for quote in bot(article.text, threshold=1.0).ask(asked_of(random, article.text)).near:
            assert quote.numbers == reread(article.read, quote.text) or quote.text in article.entries.values()

    @QUICK
    @given(st.randoms(use_true_random=False))
    def test_every_sentence_can_be_quoted(self, random):
        """A question in the words of a sentence finds that sentence in full."""
        article = Article(random)
        said = {re.split(r"[.\[(^<]", article.text[start:end])[0].strip() for start, end in article.cited}
        asked = random.choice(sorted(said))
        # of sentences that differ in a word only the cited one is quoted
        assume(not any(len({*asked.split()} ^ {*other.split()}) <= 2 for other in said - {asked}))
        reply = bot(article.text, threshold=0.0, several=False, sources=False).ask(asked)
        assert any(quote.text.startswith(asked) for quote in reply.quotes)


@QUICK
@given(st.randoms(use_true_random=False))
def test_mutated_articles(random):
    """Whatever is done to an article, quotes are verbatim and numbers their sentence's own."""
    text = mutated(random, Article(random).text)
    someone = bot(text, mutated(random, Article(random).text), threshold=0.0)
    for reply in talk(someone, *(asked_of(random, text) for _ in range(5))):
        check_places(reply)
        check_numbers(reply)


@QUICK
@given(
    st.text(st.characters(exclude_categories=()), max_size=300),
    st.text(st.characters(exclude_categories=()), max_size=80),
)
def test_any_article_and_any_question(text, question):
    """Nothing that can be written raises, and what is quoted is there."""
    someone = bot(text, threshold=0.0)
    for reply in talk(someone, question, text[:80], "tell me more"):
        check_places(reply)
        check_numbers(reply)
        assert json.dumps(reply.to_dict())


@QUICK
@given(st.randoms(use_true_random=False))
def test_replaying_the_questions(random):
    """A conversation is rebuilt from its questions alone: the same bytes, whoever else talks in between."""
    text = Article(random).text
    one, other = bot(text), bot(text)
    questions = [asked_of(random, text) for _ in range(random.randint(1, 6))]
    conversation = Conversation()
    for place, question in enumerate(questions):
        reply = one.reply(question, conversation)
        conversation = conversation.then(question, reply)
        one.ask(asked_of(random, text), history=[asked_of(random, text)])  # someone else's turn
        replayed = other.ask(question, history=questions[:place])
        assert json.dumps(replayed.to_dict()) == json.dumps(reply.to_dict())
    assert talk(other, *questions) == [turn.reply for turn in conversation.turns]


@pytest.mark.parametrize("seed", range(40))
def test_the_generator(seed):
    """The program reads a generated article as its author wrote it: sentences, numbers, entries."""
    article = Article(Random(seed))  # noqa: S311 - no secret
    document = bot(article.text).document
    read = {(*s.span,): s.numbers for s in document.sentences if s.kind is not Kind.HEADING}
    assert read == article.cited
    assert {entry.number: document[entry.span] for entry in document.references} == article.entries


DIALOGUES = """
import json, sys
from random import Random
from support.articles import bot, talk
from test_properties import Article, asked_of, mutated
for seed in range(25):
    random = Random(seed)
    text = Article(random).text
    texts = (text, mutated(random, text))
    questions = [asked_of(random, text) for _ in range(8)]
    for reply in talk(bot(*texts, threshold=0.3), *questions):
        sys.stdout.write(json.dumps(reply.to_dict()) + "\\n")
"""


def test_the_same_bytes_in_another_process():
    """Same article, same turns: the same bytes in two processes with different hash seeds."""
    said = []
    for seed in ("0", "4242"):
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join((str(HERE.parent), str(HERE))),
        }
        done = subprocess.run([sys.executable, "-c", DIALOGUES], env=environment, capture_output=True, check=True)  # noqa: S603 - our own script
        said.append(done.stdout)
    assert said[0] == said[1]
    assert len(said[0].splitlines()) == 200
