"""The program knows nothing of the article that comes with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import chatbot
from chatbot.bot import bundled_article
from chatbot.language.terms import words
from chatbot.language.word_frequencies import rarity

SOURCES = sorted(Path(chatbot.__file__).parent.rglob("*.py"))
RARE = 0.58  # from "gut" on
OF_THE_FIELD = {
    "journal",
    "volume",
    "studies",
    "function",
    "contains",
    "contents",
    "reaches",
    "responses",
    "environment",
}  # citing, programming, and HTTP


def rare_words():
    """The words of the bundled article that general English seldom uses."""
    text = bundled_article().read_text(encoding="utf-8")
    found = {word for word in words(text) if word.isalpha() and len(word) > 3 and rarity(word) >= RARE}
    return sorted(found - OF_THE_FIELD)


def test_there_are_rare_words():
    """The test below has something to look for."""
    assert len(rare_words()) > 50


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_rare_word_of_the_article_is_in_the_program(source):
    """No source file has a rare word of the bundled article."""
    found = set(words(re.sub(r"[_\W]+", " ", source.read_text(encoding="utf-8"))))
    assert not found & set(rare_words())
