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


@pytest.mark.parametrize(
    "question",
    [
        "Who is the president of France?",
        "zebra",
        "is the of",
        "?",
        "",
        "   ",
        pytest.param("the", marks=pytest.mark.xfail(reason="the intent model takes it for an overview", strict=True)),
    ],
)
def test_refusals(question):
    """A question without a word of the article is refused even where the threshold is nothing; nothing is near."""
    reply = bot(HONEY, threshold=0.0).ask(question)
    assert (reply.kind, reply.quotes, reply.near, reply.said) == (ReplyKind.NONE, (), (), REFUSAL)


@pytest.mark.parametrize("message", ["??", "...", "!!!", "\N{GRINNING FACE}", "\ufffd\ufffd"])
def test_a_message_without_a_word(message):
    """Signs alone ask nothing."""
    assert bot(HONEY).ask(message).quotes == ()


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


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("How does mint spread?", ["It spreads by runners [2]."]),
        ("What spreads by runners?", ["Mint needs wet soil [1].", "It spreads by runners [2]."]),  # what is "it"?
        ("Why is mint hard to control?", ["Mint needs wet soil [1].", "This makes it hard to control."]),
    ],
)
def test_a_pronoun_for_what_was_asked_about(question, wanted):
    """A pronoun is understood without the sentence before, if that opens with what the question names."""
    spreading = "Mint needs wet soil [1]. It spreads by runners [2]."
    controlled = "Mint needs wet soil [1]. This makes it hard to control."
    text = controlled if "control" in question else spreading
    assert quoted(bot(f"# Garden\n\n{text}\n", threshold=0.0).ask(question)) == wanted


def test_parts_that_a_question_tells_apart_by_a_letter():
    """Of two parts with equal subheadings the one that the question names less is not quoted."""
    text = "# Lamps\n\n## Model A\n\n### Weight\n\nIt weighs 400 g.\n\n## Model B\n\n### Weight\n\nIt weighs 900 g.\n"
    assert quoted(bot(text, threshold=0.0).ask("What is the weight of model A?")) == ["It weighs 400 g."]
    assert quoted(bot(text, threshold=0.0).ask("What is the weight of model B?")) == ["It weighs 900 g."]
    assert len(quoted(bot(text, threshold=0.0).ask("What is the weight of each model?"))) == 2


def test_a_document_of_nothing_but_entries():
    """It has no section; its entries are answers all the same."""
    entries = "".join(f"{n}. Alder A, Birch B. On moss {n}. J Foo. 2001;1:2-9.\n" for n in range(1, 52))
    assert bot(entries, threshold=0.0).ask("Which study is on moss?").answered


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


MITES = """# Bees

## Mites

The varroa mite weakens a colony. Bees keep warm in a cluster.

## Works we consulted

"""
WORKS = [
    "- Smith A, Jones C. Varroa mites and winter losses of honey bee colonies. J Apic Res. 1999;12:34-56.\n"
    "- Winston ML. The biology of the honey bee. Harvard University Press, 1987.\n",
    "Smith, A., & Jones, C. (1999). Varroa mites and winter losses of colonies. Journal of Mites, 12(3), 34-56.\n\n"
    "Winston, M. L. (1987). The biology of the honey bee. Harvard University Press.\n",
]


@pytest.mark.parametrize("works", WORKS)
@pytest.mark.parametrize(
    "question", ["What do varroa mites do in winter?", "biology of the honey bee", "winter losses"]
)
def test_a_citation_is_no_prose(works, question):
    """No line of a list of works, whatever its heading, answers a question about the subject."""
    texts = quoted(bot(MITES + works, threshold=0.0).ask(question))
    assert all(text in MITES for text in texts)


def test_prose_with_years_is_no_list_of_works():
    """A history with names and years is quoted."""
    text = (
        "# Lee\n\n## Life\n\nRobert E. Lee was born in 1807.\n\nVitamin D. It was found in 1922.\n\nHe died in 1870.\n"
    )
    assert quoted(bot(text, threshold=0.0).ask("When was Robert E. Lee born?")) == ["Robert E. Lee was born in 1807."]


@pytest.mark.parametrize("cited", [0, 1])
def test_of_equals_the_cited_one(cited):
    """Of two sentences that say the same the one that prints a source is quoted, wherever it stands."""
    same = ["Honey keeps for years.", "Honey keeps for many years."]
    same[cited] = same[cited].replace(".", " [1].")
    text = (
        f"# T\n\n## A\n\n{same[0]} Wax is soft [2].\n\n## B\n\n{same[1]} Drones rest.\n"
        + CHAIN[CHAIN.index("\n## Ref") :]
    )
    text += "2. Brown C. Wax. J Foo. 2002;1:2-3.\n"
    assert quoted(bot(text, threshold=0.0).ask("How long does honey keep?")) == [same[cited]]
