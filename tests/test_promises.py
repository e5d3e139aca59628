"""The promises of the program, and the faults that well-known programs of its kind have."""

import json
import re
from functools import cache

import pytest
from support.articles import GEESE, HONEY, bot, quoted, talk

from chatbot.reply import ReplyKind

ENTRIES = "\n## References\n\n1. Smith A. Bees. J Foo. 2001;1:2-3.\n2. Jones B. Wax. J Foo. 2002;1:2-3.\n"


@cache
def bees():
    """A bot that answers from the article about bees, however unsure it is."""
    return bot(HONEY, threshold=0.0)


def holds(reply):
    """Whether every quote of a reply is the place that it names."""
    quotes = [*reply.quotes, *reply.near, *(quote for part in reply.parts for quote in (*part.quotes, *part.near))]
    for quote in quotes:
        item = quote.to_dict()
        text = quote.document.text
        assert item["text"] == text[item["start"] : item["end"]]
        assert item["line"] == len(re.split(r"\r\n|\r|\n", text[: item["start"]]))
    return quotes


class TestRepeatedText:
    """Text that occurs more than once."""

    TEXT = "# T\n\n## One\n\nBees make honey. Drones rest.\n\n## Two\n\nWax melts. Bees make honey. Ants run.\n"

    def test_quoted_once(self):
        """A sentence that occurs twice is quoted once, at its first place."""
        reply = bot(self.TEXT, threshold=0.0).ask("What do bees make?")
        (quote,) = [quote for quote in holds(reply) if quote.text == "Bees make honey."]
        assert quote.span.start == self.TEXT.index("Bees make honey.")
        assert quote.heading == "One"

    @pytest.mark.parametrize("weather", ["rain", "snow"])
    def test_the_place_that_answers(self, weather):
        """Of two equal sentences, the one that is quoted stands where the question is answered."""
        rain, snow = "When it rains, they hide. Bees sleep.", "When it snows, they eat. Bees sleep."
        text = f"# T\n\n## Rain\n\n{rain}\n\n## Snow\n\n{snow}\n"
        (quote,) = holds(bot(text, threshold=0.0).ask(f"Do bees sleep when it {weather}s?"))
        assert quote.text == "Bees sleep."
        assert quote.span.start == {"rain": text.index, "snow": text.rindex}[weather]("Bees sleep.")
        assert quote.heading == weather.capitalize()

    def test_a_sentence_inside_another(self):
        """A short sentence that is part of a longer one is quoted from its own place."""
        text = "# T\n\nThey say that bees make honey. Wax melts.\n\nbees make honey. Wax is soft.\n"
        (quote, *_) = bot(text, threshold=0.0).ask("wax is soft").quotes
        assert quote.span.start == text.rindex("Wax")

    @pytest.mark.parametrize("copies", [2, 5])
    def test_a_whole_article_twice(self, copies):
        """Of an article pasted several times nothing is quoted twice."""
        for question in ("What is honey made from?", "Do drones have a sting?", "bees"):
            texts = quoted(bot(HONEY.split("## References")[0] * copies, threshold=0.0).ask(question))
            assert len(texts) == len(set(texts))


@pytest.mark.parametrize(
    "sentence",
    [
        "Bees   make    honey  in\ta hive.",
        "Bees make \\honey\\ in C:\\hives\\new.",
        "Bees make\r\nhoney in a hive.",
        "Bees make honey cafe\u0301 and nai\u0308ve in a hive.",
        "Bees 🐝🐝 make honey 👩‍🌾 in a hive.",
        "Bees make honey\u00a0in\u2009a\u202fhive.",
        "Bees make honey “in” a ‘hive’ – and — so…",
        "Bees make h\u200boney honey in a\u00adhive.",
        "Bees\u202e make honey \u202cin a hive.",
        "Bees make honey & <b>wax</b> in a hive &amp; so on.",
        "Bees make **honey** in _a_ `hive`.",
        "Bees make \x1b[31mhoney\x1b[0m in a hive.",
        "Bees make honey in a \x00 hive.",
        "Bees make ﬁne honey ½ ² Ⅳ in a hive.",
    ],
)
@pytest.mark.parametrize("before", ["", "🐝 e\u0301 \u00a0 first.\r\n\r\n"])
def test_every_sign_is_kept(sentence, before):
    """Runs of spaces, backslashes, newlines, combining characters, emoji and control characters keep their place."""
    text = f"# Title\r\n\r\n{before}Ants run. {sentence} Wax melts.\r\n"
    reply = bot(text, threshold=0.0).ask("Do bees make honey in a hive?")
    assert sentence in quoted(reply)
    assert holds(reply)


class TestNot:
    """A negation is never lost."""

    @pytest.mark.parametrize(
        "sentence",
        [
            "Drones do not have a sting.",
            "Drones don't have a sting.",
            "Drones have no sting.",
            "Drones never sting.",
            "Not every drone has a sting.",
            "Drones, unlike queens, cannot sting.",
            "Drones have a sting? No.",
        ],
    )
    def test_a_quote_never_loses_it(self, sentence):
        """The quote has the full sentence with its "not", however the question is put."""
        for question in ("Do drones sting?", "Do drones have a sting?", "Don't drones sting?", "drones sting"):
            reply = bot(f"# T\n\nBees fly. {sentence} Wax melts.\n", threshold=0.0).ask(question)
            words = re.findall(r"\bno[t]?\b|n't|never|cannot", sentence.lower())
            shown = " ".join(quoted(reply)).lower()
            assert all(word in shown for word in words)

    def test_the_contrary_is_no_duplicate(self):
        """Of two sentences that differ in a "not" neither is dropped for the other."""
        text = "# T\n\n## North\n\nDrones have a sting.\n\n## South\n\nDrones do not have a sting.\n"
        assert len(bot(text, threshold=0.0).ask("Do drones have a sting?").quotes) == 2


class TestNumbers:
    """The article's own numbers, and no others."""

    def test_the_sources_two_is_no_second_passage(self):
        """A printed [2] is entry 2 of the list, wherever the sentence stands in the reply or the article."""
        text = f"# T\n\n## A\n\nWax is soft in bees' hives [2]. Ants run.\n\n## B\n\nBees make honey [1].\n{ENTRIES}"
        reply = bot(text, threshold=0.0).ask("Is wax soft in hives?")
        assert [entry.text.split()[0] for entry in reply.quotes[reply.best].entries] == ["Jones"]

    def test_an_uncited_sentence_stays_uncited(self):
        """A sentence without a marker has no references, though both neighbours have."""
        text = f"# T\n\nBees fly [1]. Drones rest on oak trees. Wax melts [2].\n{ENTRIES}"
        reply = bot(text, threshold=0.0).ask("Where do drones rest on oak?")
        assert quoted(reply)[reply.best] == "Drones rest on oak trees."
        assert reply.quotes[reply.best].numbers == ()

    @pytest.mark.parametrize(
        ("sentence", "cited"),
        [
            ("In 1999 bees made 12 jars.", []),
            ("Bees fly at [0, 1] metres.", []),
            ("Bees fly (7) far.", []),
            ("Bees fly far [1, 2].", [1, 2]),
            ("Bees fly far [1][2].", [1, 2]),
            ("Bees fly far [1–2].", [1, 2]),
            ("Bees [2] fly far [1].", [2, 1]),
        ],
    )
    def test_what_is_a_citation(self, sentence, cited):
        """A number without an entry is no citation; those with one come in the order of printing."""
        text = f"# T\n\nAnts run [1]. Wax melts [2]. {sentence} Moths eat wax [2].\n{ENTRIES}"
        reply = bot(text, threshold=0.0).ask("bees")
        assert [quote.numbers for quote in reply.quotes if quote.text == sentence] == [tuple(cited)]

    def test_two_documents(self):
        """Equal numbers of two documents are never mixed up, not even in one reply."""
        both = bot(HONEY, GEESE, threshold=0.0)
        reply = both.ask("How many bees does a hive hold in summer, and where do grey geese fly in October?")
        pairs = {(quote.document.name, number) for quote in reply.quotes for number in quote.numbers}
        assert {("a.md", 1), ("b.md", 1)} <= pairs
        assert {(entry.document.name, entry.reference.number) for entry in reply.entries} == pairs
        for entry in reply.entries:
            assert entry.text in entry.document.text
            assert entry.reference in entry.document.references_numbered(entry.number)
        assert talk(both, "Where do grey geese fly?", "who says so?")[-1].entries[0].text.startswith("Brown")

    def test_the_same_document_name(self):
        """Two documents of one name are still two."""
        same = bot(HONEY.replace("Smith", "Other"), HONEY, threshold=0.0)
        for entry in same.ask("show all references").entries:
            assert entry.text in entry.document.text


class TestDoesNotKnow:
    """Questions that the article does not answer get no answer."""

    @pytest.mark.parametrize(
        "question",
        [
            "Who is the president of France?",
            "What is the capital of Peru?",
            "is the of",
            "Who was it that did so?",
            "How is that the same?",
            "of the in the by the",
            "What about the president?",
        ],
    )
    @pytest.mark.parametrize("threshold", [None, 0.0])
    def test_stop_words_never_win(self, question, threshold):
        """A question that shares only words that every text has gets no quote, whatever the threshold."""
        text = "# The way of it\n\nWhat is the way of the bees? It is that of the one who was in it. This is it.\n"
        reply = bot(text, threshold=threshold).ask(question)
        assert reply.kind in (ReplyKind.NONE, ReplyKind.SMALLTALK)
        assert not reply.quotes

    @pytest.mark.parametrize("question", ["refund", "Refunds?", "REFUND", "refunded", "Are refunds paid?", "refund's"])
    def test_refund_finds_refunds(self, question):
        """A word is found in another form, case, or number."""
        assert quoted(bees().ask(question)) == ["Refunds are paid within 14 days."]

    def test_a_refusal_is_no_answer(self):
        """A refusal has no quotes, no references, and its text is the program's own."""
        reply = bot(HONEY, threshold=1.0).ask("What is honey made from?").to_dict()
        assert (reply["answered"], reply["quotes"], reply["references"]) == (False, [], [])
        assert "nectar" not in reply["text"]
        assert reply["why"]["near"]


class TestInertInput:
    """Questions are data."""

    QUESTIONS = (
        "",
        " ",
        "\n",
        "\0",
        "?",
        "?!?!",
        "...",
        "-" * 5000,
        "(" * 5000,
        "[" * 5000,
        "\ud800",
        "\udfff honey \ud800",
        "🐝",
        "e\u0301" * 500,
        "\u202e honey",
        "\x1b[2J",
        "a" * 100_000,
        "1" * 100_000,
        "1," * 50_000,
        "%s %d {0} {honey}",
        "../../etc/passwd",
        "honey\0honey",
        "\ufeffhoney",
        "ﬁ" * 1000,
        "honey " * 20_000,
        "hony " * 20_000,
        "what? " * 20_000,
        "of the in " * 7_000,
        "and " * 20_000,
        "hi " * 20_000,
        "thanks " * 20_000,
        "ok " * 20_000,
        "tell me more " * 5_000,
        "reference 2 " * 10_000,
        " " * 20_000 + "x",
        "\n" * 20_000 + "x",
        "honey\n" * 20_000,
        "back to " * 10_000,
        "'s" * 20_000,
    )

    @pytest.mark.parametrize("question", QUESTIONS, ids=[f"{question[:8]!r}x{len(question)}" for question in QUESTIONS])
    def test_any_question(self, question):
        """Any question, asked first or in a dialogue, gets a reply whose quotes are verbatim."""
        for reply in (bees().ask(question), bees().ask(question, history=["What is honey made from?"])):
            holds(reply)
            assert json.dumps(reply.to_dict())

    @pytest.mark.parametrize(
        "phrase",
        [
            "what is honey and ",
            "where is ",
            "what does this article ",
            "who says that ",
            "which paper is ",
            "is the of ",
        ],
    )
    def test_a_phrase_repeated(self, phrase):
        """A phrase repeated for 200,000 characters is a question like any other."""
        holds(bees().ask(phrase * (200_000 // len(phrase))))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "\n",
            "#",
            "# T",
            "[1]",
            "1. a",
            "## References\n\n1. a\n",
            "\0",
            "\ud800. \ud800.",
            "?" * 1000,
            "a" * 50_000,
        ],
    )
    def test_any_article(self, text):
        """Whatever an article is, it can be asked."""
        someone = bot(text, threshold=0.0)
        for question in ("What is this about?", "a?", "reference 1", "newest source", "who says so?", "tell me more"):
            holds(someone.ask(question, history=["a"]))
        assert bot().ask("honey").quotes == bot().ask("summary").quotes == bot().ask("reference 1").quotes == ()
