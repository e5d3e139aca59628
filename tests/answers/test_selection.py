"""From a question that stands alone to quotes, or to a refusal."""

from itertools import pairwise

import pytest
from support.articles import GEESE, HONEY, bot, numbers, quoted

from chatbot.answers.selection import REFUSAL
from chatbot.reply import ReplyKind

CHAIN = """# Mites

The varroa mite feeds on bees [1]. It spreads viruses. This mite came from Asia. Wax moths eat wax.

## References

1. Smith A. Mites. J Foo. 2001;1:2-3.
"""


@pytest.mark.parametrize(
    ("question", "answer", "cited"),
    [
        ("How many bees does a hive hold in summer?", "A hive holds about 50,000 bees in summer [1].", [1]),
        ("What is honey made from?", "Honey is made from nectar [3, 4].", [3, 4]),
        ("Do drones have a sting?", "Drones do not have a sting.", []),
        ("refund", "Refunds are paid within 14 days.", []),
        ("What does the varroa mite feed on?", "The varroa mite feeds on the fat body of bees [5].", [5]),
    ],
)
def test_answers(question, answer, cited):
    """The sentence that says it is quoted, with the entries that it prints and no others."""
    reply = bot(HONEY, threshold=0.0).ask(question)
    assert reply.kind is ReplyKind.QUOTE
    assert reply.quotes[reply.best].text == answer
    assert [entry.reference.number for entry in reply.quotes[reply.best].entries] == cited
    assert set(cited) <= set(numbers(reply))


@pytest.mark.parametrize("question", ["Who is the president of France?", "zebra", "is the of", "?", "", "   ", "the"])
def test_refusals(question):
    """A question without a word of the article is refused even where the threshold is nothing; nothing is near."""
    reply = bot(HONEY, threshold=0.0).ask(question)
    assert (reply.kind, reply.quotes, reply.near, reply.said) == (ReplyKind.NONE, (), (), REFUSAL)


def test_the_threshold():
    """Below the threshold nothing is quoted; the confidence is shown and the nearest passages are no answer."""
    sure, unsure = bot(HONEY, threshold=0.0).ask("honey nectar"), bot(HONEY, threshold=1.0).ask("honey nectar")
    assert sure.answered
    assert not unsure.answered
    assert unsure.confidence == sure.confidence < 1
    assert unsure.said == REFUSAL
    assert unsure.near
    assert unsure.entries == ()


def test_the_threshold_is_reached_at_its_figure():
    """A confidence that equals the threshold is enough."""
    confidence = bot(HONEY, threshold=0.0).ask("honey nectar").confidence
    assert bot(HONEY, threshold=confidence).ask("honey nectar").answered
    assert not bot(HONEY, threshold=confidence + 1e-9).ask("honey nectar").answered


@pytest.mark.parametrize(
    "question",
    [
        "Which mite spreads viruses?",
        "viruses",
        "Asia",
    ],
)
def test_what_points_back_comes_with_what_it_points_to(question):
    """A quoted sentence that opens by pointing back has the sentence before it above it."""
    texts = quoted(bot(CHAIN, threshold=0.0).ask(question))
    before = {
        "It spreads viruses.": "The varroa mite feeds on bees [1].",
        "This mite came from Asia.": "It spreads viruses.",
    }
    assert set(texts) & set(before)
    for pointing in set(texts) & set(before):
        assert before[pointing] in texts[: texts.index(pointing)]


def test_a_paragraph_is_a_border():
    """A sentence that opens a paragraph has nothing to point back to."""
    reply = bot("# T\n\nBees fly.\n\nIt spreads viruses.\n", threshold=0.0).ask("viruses")
    assert quoted(reply) == ["It spreads viruses."]


@pytest.mark.parametrize("question", ["bees", "honey water nectar", "mite bees hive honey wax", "drones sting autumn"])
def test_a_few_quotes_in_text_order(question):
    """At most three sentences, each once, in text order; the best is one of them."""
    reply = bot(HONEY, threshold=0.0).ask(question)
    assert 1 <= len(reply.quotes) <= 3
    assert 0 <= reply.best < len(reply.quotes)
    assert all(one.span.end <= other.span.start for one, other in pairwise(reply.quotes))


def test_near_passages():
    """What is near is whole passages with the numbers that they print, of their own document."""
    reply = bot(HONEY, GEESE, threshold=1.0).ask("Do ducks swim in honey?")
    assert 1 <= len(reply.near) <= 2
    ducks = next(quote for quote in reply.near if "Ducks" in quote.text)
    assert ducks.document.name == "b.md"
    assert ducks.numbers == (1, 2)
    assert ducks.heading == "Wild geese"


def test_the_evidence_is_told():
    """The evidence of an answer and of a refusal has names."""
    for threshold in (0.0, 1.0):
        assert dict(bot(HONEY, threshold=threshold).ask("honey nectar").evidence)["coverage"] == pytest.approx(1.0)
