"""Facts in lines that are no sentences."""

import pytest
from support.articles import bot, quoted

LICENCE = """The Boat Licence

Copyright (c) 2015 Ann Lee

Version 3.2, May 2021

You may use, copy and sell the boat, and hire it out by the day.
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who holds the copyright?", ["Copyright (c) 2015 Ann Lee"]),
        ("When was version 3.2 made?", ["Version 3.2, May 2021"]),
        ("Who stole the old copyright?", []),
        ("Why is there a copyright?", []),
        ("Who has no copyright?", []),
        ("Who is the captain?", []),
    ],
)
def test_fields(question, expected):
    """A line answers that begins with a word of the question, lacks at most one, and has what is asked for."""
    assert quoted(bot(LICENCE, threshold=0.99).ask(question)) == expected


def test_two_lines_with_the_same_word():
    """Where two lines may answer, neither does."""
    twice = LICENCE.replace("\n\nVersion", "\n\nCopyright (c) 2019 Tom Berg\n\nVersion")
    assert quoted(bot(twice, threshold=0.99).ask("Who holds the copyright?")) == []
