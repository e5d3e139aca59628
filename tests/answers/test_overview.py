"""What an article is about: when that is asked, and what is quoted."""

from itertools import pairwise

import pytest
from support.articles import FAQ, GEESE, HONEY, bot, quoted

from chatbot.reply import ReplyKind

UNLEARNED = pytest.mark.xfail(reason="the intent model takes it for something else", strict=True)


@pytest.mark.parametrize(
    "question",
    [
        "What is this about?",
        "what's this article about",
        "Summarise the article",
        "summarize",
        "summary please",
        "TL;DR",
        "Give me an overview",
        "What are the main points?",
        pytest.param("Which topics are covered?", marks=UNLEARNED),
        "What can I ask?",
        "what does the article say?",
        pytest.param("list the sections", marks=UNLEARNED),
        "Can you sum it up?",
        "in a nutshell",
        "What does this text cover?",
        "sum it up in two sentences",
        "Please make a short summary for my class of 14-year-olds.",
        "a brief overview for a busy beekeeper",
        pytest.param("What are the main points the author is making?", marks=UNLEARNED),
        "In a nutshell, what's the take-home message of the whole piece?",
        "what u know about",
        "Can you recap the article?",
    ],
)
def test_asked(question):
    """A question about the whole is one, however it is put."""
    assert bot(HONEY).ask(question).kind is ReplyKind.OVERVIEW


@pytest.mark.parametrize(
    "question",
    [
        "",
        "What is honey?",
        "What is the article's view on mites?",
        pytest.param("Summarise what it says about honey", marks=UNLEARNED),
        "main points on varroa",
        "What is a hive about?",
        "What does the article say about drones?",
        "overview of wax",
        "What can I ask the queen?",
        "a summary of the evidence for a wet hive",
        "What does it eat?",
    ],
)
def test_not_asked(question):
    """A question about something in particular is none about the whole."""
    assert bot(HONEY).ask(question).kind is not ReplyKind.OVERVIEW


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("I just landed on this page. What does it cover?", marks=UNLEARNED),
        "What does it talk about?",
        pytest.param("what is it discussing?", marks=UNLEARNED),
    ],
)
def test_it_is_the_article_where_nothing_else_can_be_meant(question):
    """At the start, or after a remark on the article, "it" is the article."""
    assert bot(HONEY).ask(question).kind is ReplyKind.OVERVIEW


def test_it_is_what_was_talked_about():
    """Later "it" is what was talked about."""
    assert bot(HONEY).ask("What does it cover?", history=["What is the varroa mite?"]).kind is not ReplyKind.OVERVIEW


def test_what_is_quoted():
    """The title, each heading, and under each a sentence of its own section, in text order."""
    reply = bot(HONEY).ask("What is this about?")
    assert [text for text in quoted(reply) if text in ("Keeping bees", "The hive", "Honey", "Refunds", "Varroa")] == [
        "Keeping bees",
        "The hive",
        "Honey",
        "Refunds",
        "Varroa",
    ]
    assert all(one.span.end <= other.span.start for one, other in pairwise(reply.quotes))
    assert len(reply.quotes) == 9
    assert all(other.heading == one.text for one, other in list(pairwise(reply.quotes))[1::2])


def test_several_documents():
    """Every document has its part, under its own name."""
    reply = bot(GEESE, FAQ).ask("What is this about?")
    assert {quote.document.name for quote in reply.quotes} == {"a.md", "b.md"}
    assert {"Wild geese", "Questions about your parcel"} <= set(quoted(reply))


def test_a_large_article_has_a_short_overview():
    """No more than a dozen sections are shown, the higher ones first."""
    text = "# T\n\n" + "".join(f"## Bees {i}\n\nBees fly.\n\n### Wax {i}\n\nWax melts.\n\n" for i in range(30))
    reply = bot(text).ask("summary")
    assert len(reply.quotes) <= 25
    assert not any(quote.text.startswith("Wax") for quote in reply.quotes)


@pytest.mark.parametrize("text", ["One sentence only.", "# Title\n", "Word", "# A\n\n```\ncode()\n```\n"])
def test_little_articles(text):
    """An article of a line has an overview too."""
    reply = bot(text).ask("summary")
    assert all(quote.text in text for quote in reply.quotes)


def test_the_sentence_that_is_most_like_its_section():
    """Of a section the sentence is shown that has most of what the section speaks of."""
    section = "Hello there. Bees make honey and wax in the hive. Bees like honey. The hive has wax."
    text = f"# T\n\n## S\n\n{section}\n\n## U\n\nOther things.\n"
    assert "Bees make honey and wax in the hive." in quoted(bot(text).ask("summary"))


def test_a_heading_keeps_its_number():
    """A heading that prints a reference has it in the overview too."""
    references = "## References\n\n1. Smith A. Bees. J Foo. 2001;1:2-3.\n2. Jones B. Wax. J Foo. 2002;1:2-3.\n"
    reply = bot(f"# T\n\n## Bees and honey [1]\n\nBees fly [2]. Ants run.\n\n{references}").ask("summary")
    assert [quote.numbers for quote in reply.quotes if quote.text == "Bees and honey [1]"] == [(1,)]


def test_a_central_sentence_stands_alone():
    """A sentence that points back is shown with what it points to, or another is."""
    section = "Hives are old. They hold bees and honey and wax. Bees like wax and honey."
    texts = quoted(bot(f"# T\n\n## S\n\n{section}\n\n## U\n\nOther things.\n").ask("summary"))
    assert "They hold bees and honey and wax." not in texts or "Hives are old." in texts


def test_switched_off():
    """Without the switch it is a question like any other."""
    assert bot(HONEY, overview=False, threshold=0.0).ask("What is this about?").kind is not ReplyKind.OVERVIEW


@pytest.mark.parametrize("asked", ["purpose", "scope"])
def test_what_the_article_says_of_itself(asked):
    """A question on the document that a sentence answers is no question for an overview."""
    text = f"Gate Protocol\n\nGates are old.\n\nThe {asked} of this document is to list gates.\n\nGates are green.\n"
    reply = bot(text).ask(f"What is the {asked} of this document?")
    assert [quote.text for quote in reply.quotes] == [f"The {asked} of this document is to list gates."]
