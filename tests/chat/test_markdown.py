"""A conversation as Markdown: a reader of Markdown shows every quote as it stands in the document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from support.chatting import lakes_bot

from chatbot.bot import Chatbot
from chatbot.chat.markdown import cited, escaped, markdown
from chatbot.chat.slash_commands import State, ask
from chatbot.documents.parser import parse
from chatbot.settings import Settings
from chatbot.terminal.text import Page, sanitised

PLAIN = Settings(semantic=False)
HOSTILE = """\
# A *b* <i>c</i>

The pond_s [link](javascript:alert) is <5 m, *very* `deep` and 1 \\ 2 &amp; ~~so~~ [1].

| kind | depth |
|------|-------|
| pond | 2 `m` |

## References

[1] Smith, A. *Ponds*. doi:10.1000/182
"""


def talk(bot, *questions):
    """A conversation with some questions."""
    state = State(bot)
    for question in questions:
        state = ask(state, question).state
    return state.conversation


def shown(text):
    """The text that a reader of Markdown shows, by the kind of block."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    return [
        "".join(child.content for child in token.children or ()) if token.type == "inline" else token.content
        for token in tokens
        if token.type in ("inline", "fence")
    ]


def test_a_conversation():
    """Questions are headings, quotes blockquotes with the heading they stand under, and cited entries a list."""
    conversation = talk(lakes_bot(), "How deep is the lake in metres?", "Who invented the zebra crossing?")
    assert markdown(conversation, Page()) == (
        "## How deep is the lake in metres?\n\n"
        "> The lake is 40 metres deep [1].\n>\n> — *Depth*\n\n"
        "## Who invented the zebra crossing?\n\n"
        "The article does not say.\n\n"
        "## References\n\n- (1) Smith, A. Depths. 1990.\n"
    )


def test_hostile_text_is_shown_as_it_stands():
    """Markup in a quote, a title or an entry is text in Markdown too; a table keeps its lines in a fenced block."""
    bot = Chatbot([parse(HOSTILE, "p.md")], PLAIN)
    conversation = talk(bot, "Is the pond very deep?", "What depth has the kind pond?")
    quotes = [quote for turn in conversation.turns for quote in turn.reply.quotes]
    written = markdown(conversation, Page(documents=bot.documents))
    texts = [" ".join(text.split()) for text in shown(written)]
    assert {" ".join(sanitised(quote.text).split()) for quote in quotes} <= set(texts)
    assert any("](javascript:alert) is <5 m, *very*" in quote.text for quote in quotes)
    assert "```" in written
    assert "<i>" in texts[0]
    assert not [t for t in MarkdownIt("commonmark").parse(written) if t.type == "html_block"]
    assert "- (1) Smith, A. \\*Ponds\\*. doi:10.1000/182 <https://doi.org/10.1000/182>\n" in written


@given(st.text())
def test_escaped_text_is_shown_as_it_is(text):
    """Whatever a line is, a reader of Markdown shows its characters in one paragraph."""
    line = " ".join(sanitised(text).split())
    assert shown(escaped(text)) == ([line] if line else [])


@pytest.mark.parametrize(
    "text",
    ["# a", "1. a", "1) a", "- a", "+ a", "> a", "=== a", "--- a", "~~~ a", "``` a", "| a |", "&copy;", "[a]: b"],
)
def test_openings(text):
    """No line begins a heading, a list, a rule, a block or a definition."""
    assert shown(escaped(text)) == [text]


def test_several_documents_and_parts():
    """References stand under their documents, and each question of a message under its own heading."""
    other = parse("# Rivers\n\nThe river is 9 metres deep [1].\n\n## References\n\n[1] Gray, B. Rivers.\n", "r.md")
    bot = Chatbot([lakes_bot().document, other], PLAIN)
    conversation = talk(bot, "How deep is the lake in metres? And how deep is the river?")
    written = markdown(conversation, Page(documents=bot.documents))
    assert written.startswith("# Lakes, Rivers\n\n## How deep is the lake")
    assert "\n\n### " in written.partition("## References")[0]
    assert "## References\n\n### Lakes\n\n- (1) Smith" in written
    assert [source.text[:5] for source in cited(conversation)] == ["Smith", "Gray,"]
