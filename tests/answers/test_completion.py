"""A quote brings what it needs: the list of a colon, the lead-in of an item, the text below a heading."""

import pytest
from support.articles import bot, quoted

GUIDE = """# Mower guide 2024

## Version 2.1 (May 2024)

The blade brake is new.

## Winter storage

Drain the tank and disconnect the spark plug.

## Starting the engine

To start the engine, do this:

1. Open the fuel valve.
2. Pull the cord.

Let it warm up.

## Warranty

The warranty does not cover these parts:

- belts
- spark plugs and filters

Frames are covered for ten years.

## Fuel mixtures

Mix petrol and oil by engine size:

| engine | oil |
|---|---|
| 50 cc | 100 ml |

## Reset

Reset the counter with this command:

```
mower --reset-counter
```

## Accessories
"""
STEPS = ["To start the engine, do this:", "1. Open the fuel valve.", "2. Pull the cord."]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What do I do to start the engine?", STEPS),
        (
            "Which parts does the warranty not cover?",
            ["The warranty does not cover these parts:", "belts", "spark plugs and filters"],
        ),
        (
            "How do I mix petrol and oil?",
            ["Mix petrol and oil by engine size:", "| engine | oil |\n|---|---|\n| 50 cc | 100 ml |"],
        ),
        (
            "How is the counter reset with a command?",
            ["Reset the counter with this command:", "mower --reset-counter"],
        ),
    ],
)
def test_a_colon_brings_what_it_announces(question, wanted):
    """A lead-in comes with its list, its table or its code."""
    assert quoted(bot(GUIDE, threshold=0.0).ask(question)) == wanted


def test_a_nested_list():
    """An item that is only a label comes with the items below it, and each of these comes with it."""
    text = "# Compost\n\n## Waste\n\n* Green waste\n    * cut grass\n    * tea leaves\n* Brown waste\n    * old straw\n"
    asked = bot(text, threshold=0.0).ask
    assert quoted(asked("Which waste is brown?")) == ["Brown waste", "old straw"]
    assert quoted(asked("tea leaves")) == ["Green waste", "tea leaves"]


def test_a_fragment_brings_its_lead_in():
    """An item that is no sentence stands under its lead-in; one that is stands by itself."""
    guide = bot(GUIDE, threshold=0.0)
    assert quoted(guide.ask("filters")) == ["The warranty does not cover these parts:", "spark plugs and filters"]
    assert quoted(guide.ask("pull the cord")) == ["2. Pull the cord."]


@pytest.mark.parametrize("question", ["winter storage", "Storage in winter?"])
def test_below_a_heading(question):
    """A heading is no answer if text follows it: that is quoted."""
    assert quoted(bot(GUIDE, threshold=0.0).ask(question)) == ["Drain the tank and disconnect the spark plug."]


def test_a_heading_that_answers():
    """A heading with the date that is asked for is an answer; so is one with nothing below it."""
    guide = bot(GUIDE, threshold=0.0)
    assert "Version 2.1 (May 2024)" in quoted(guide.ask("When was version 2.1 released?"))
    assert quoted(guide.ask("accessories")) == ["Accessories"]


def test_a_title_is_no_answer():
    """The title is never quoted as an answer."""
    for question in ("mower guide", "mower", "When was the mower guide written?"):
        assert "Mower guide 2024" not in quoted(bot(GUIDE, threshold=0.0).ask(question))
    assert not bot("# Mower guide\n", threshold=0.0).ask("mower guide").answered


def test_a_long_list():
    """A lead-in does not bring a list that is a chapter of its own."""
    items = "".join(f"- part {number}\n" for number in range(21))
    text = f"# Shop\n\n## Parts\n\nWe sell these spare parts for mowers:\n\n{items}"
    assert quoted(bot(text, threshold=0.0).ask("Which spare parts for mowers do you sell?")) == [
        "We sell these spare parts for mowers:"
    ]


SOUP = """# Soup

## Method

The order is fixed:

Salt comes last. Pepper comes first.

## Storing leftovers

1. Let it cool.

   It takes an hour.
2. Freeze it.

## Last words

We thank these cooks:

## Weight of a pot

### Small pots

They weigh a pound.
"""


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Which order is fixed?", ["The order is fixed:", "Salt comes last.", "Pepper comes first."]),
        ("How about storing leftovers?", ["1. Let it cool.", "It takes an hour.", "2. Freeze it."]),
        ("Which cooks do we thank?", []),
        ("What is the weight of a pot?", ["Small pots", "They weigh a pound."]),
    ],
)
def test_a_label_brings_what_it_introduces(question, wanted):
    """A colon brings a paragraph too, a heading a whole list or what is in its sections; what has nothing is none."""
    assert quoted(bot(SOUP, threshold=0.4).ask(question)) == wanted
