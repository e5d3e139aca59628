"""Sections that are asked for by their number, their version or their name."""

import pytest
from support.articles import bot, quoted

CODE = """Boat Code

Chapter 1 Hire

Article 1. Fee. Each boat costs 12 dollars a day. The fee is paid at the pier.

Article 2. Return. Boats are back at six.

Chapter 2 Care

Article 3. Leaks. Hirers report leaks at once.

Sec. 28-5. Dogs. No dog may come on board.
"""
CHANGES = """# Changes

## [2.1.0] - 2023-11-26

### Added

- Maps of the coast
- A night mode

### Fixed

- A crash at start

## [2.0.0] - 2022-03-01

### Added

- Search

## 1.5 Old notes

It was slow.
"""
PHONES = """# Phones

## Model A

### Weight

It weighs 150 grams.

### Parts

- a screen
- a case

## Model B

### Weight

It weighs 190 grams.

### Colour

All cases are blue. They are painted by hand. The paint is dry after a day. It lasts.
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does article 3 say?", ["Hirers report leaks at once."]),
        ("what is in Article III", ["Hirers report leaks at once."]),
        ("section 28-5", ["No dog may come on board."]),
        ("What does art. 1 state?", ["Each boat costs 12 dollars a day.", "The fee is paid at the pier."]),
        ("Where is the fee of article 1 paid?", ["The fee is paid at the pier."]),
        ("What does section 3 say?", []),
        ("What does article 9 say?", []),
        ("What does article 2 say about any parrots?", []),
    ],
)
def test_numbers(question, expected):
    """The section with this number of this kind answers, with the sentence on what else is asked; no other does."""
    assert quoted(bot(CODE).ask(question)) == expected


def test_a_chapter():
    """A chapter answers with its first paragraphs, under their headings."""
    shown = quoted(bot(CODE).ask("What is in chapter 1?"))
    assert shown[:2] == ["Article 1. Fee.", "Each boat costs 12 dollars a day."]
    assert shown[-1] == "Boats are back at six."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was added in 2.1.0?", ["Maps of the coast", "A night mode"]),
        ("What was added in version 2.0.0?", ["Search"]),
        ("When was 2.1.0 released?", ["[2.1.0] - 2023-11-26"]),
        ("What was added in 2.1?", []),
        ("What was fixed in version 2.0.0?", []),
        ("How did 1.5 million people search?", []),
    ],
)
def test_versions(question, expected):
    """A version is found by all of its number, and a decimal that opens a heading is none."""
    assert quoted(bot(CHANGES).ask(question)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the weight of model A?", ["It weighs 150 grams."]),
        ("What is the weight of model B?", ["It weighs 190 grams."]),
        ("How much is the weight of model B?", ["It weighs 190 grams."]),
        ("What are the parts?", ["a screen", "a case"]),
        ("What is the colour?", ["All cases are blue.", "They are painted by hand.", "The paint is dry after a day."]),
        (
            "What does the section on colour say?",
            ["All cases are blue.", "They are painted by hand.", "The paint is dry after a day."],
        ),
        ("When is the colour?", []),
        ("Who is the author of this article on the colour?", []),
        ("What is the price?", []),
        ("What is the weight of model C?", []),
    ],
)
def test_names(question, expected):
    """All words of the question are in the headings above: what is right below them answers, if it is of the type."""
    assert quoted(bot(PHONES, threshold=0.99).ask(question)) == expected


def test_several_sections_of_one_name():
    """Where the question does not tell them apart, each is shown under its own headings."""
    reply = bot(PHONES, threshold=0.99).ask("What is the weight?")
    assert [(quote.heading, quote.text) for quote in reply.quotes] == [
        ("Model A > Weight", "It weighs 150 grams."),
        ("Model B > Weight", "It weighs 190 grams."),
    ]


RULES = """# Rules of the pool

## Order

1. Walk, do not run.
2. Shower before you swim.

   Use soap.
3. **Pets**

   Dogs stay outside.

## Week 1

### Times

Open from nine.

### Guards

Two are there.
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does rule 2 say?", ["2. Shower before you swim.", "Use soap."]),
        ("What does rule 3 say?", ["Dogs stay outside."]),
        ("What does rule 4 say?", []),
        ("What is in week 1?", ["Times", "Open from nine.", "Guards", "Two are there."]),
    ],
)
def test_numbered_items(question, expected):
    """A rule can be an item of a list, with or without a label; a section of sections answers with these."""
    assert quoted(bot(RULES, threshold=0.99).ask(question)) == expected


def test_a_list_is_shown_as_a_whole():
    """Where a section is asked for that is a list, one likely item of it is not enough."""
    parts = PHONES.replace("- a case", "- the parts of a case")
    assert quoted(bot(parts).ask("What are the parts?")) == ["a screen", "the parts of a case"]
