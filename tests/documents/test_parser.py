"""From a text to a document: structure, references, and what holds for every text."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatbot.documents.model import Kind, Span
from chatbot.documents.parser import parse
from chatbot.formats import read

BUNDLED = Path(__file__).parents[2] / "corpus" / "leaky_gut_and_immune_system.txt"

BODY = "The title\n\nIt is long [1]. It is wide [2]. It is round [3].\n\n"
FIRST = "Smith AB, Jones C. A title. J Foo. 2001;12:34-56."
SECOND = "Doe J. Gut. II. The rest. Nature. 49.6 (2014): 1–9."
THIRD = "Roe, R. et al. (2005) Third. Press."
ENTRIES = (FIRST, SECOND, THIRD)


def kinds(text):
    """The kind and text of every sentence."""
    document = parse(text, "x")
    return [(sentence.kind.value, document[sentence.span]) for sentence in document.sentences]


def headings(text):
    """The headings of the sections."""
    document = parse(text, "x")
    return [document[section.heading] for section in document.sections if section.heading]


def entries(text):
    """The reference list."""
    document = parse(text, "x")
    return [(entry.number, document[entry.span]) for entry in document.references]


class TestTheBundledArticle:
    """The article that comes with the program is read as its author meant it."""

    document = read(BUNDLED)

    def test_title(self):
        """The title, printed twice, is found once."""
        assert self.document.title == Span(0, 27)

    def test_sections(self):
        """Its headings have no markup and some a full stop; a line of prose that looks like one is none."""
        assert [self.document[s.heading] for s in self.document.sections if s.heading] == [
            "Leaky Gut and Immune System",
            "Gut Detect Nutrients, Chop Them Up, and Absorb Them.",
            "The Gut is the Most Important Defense Organ.",
            "Leaky Gut",
            "Probiotics can Heal Leaky Gut",
        ]

    def test_sentences(self):
        """Each section has as many sentences of prose as a reader counts."""
        prose = [s.section for s in self.document.sentences if s.kind is Kind.PROSE]
        assert [prose.count(section) for section in range(5)] == [0, 4, 2, 4, 3]

    def test_references(self):
        """Five entries, each on a line of its own, white space aside."""
        assert [entry.number for entry in self.document.references] == [1, 2, 3, 4, 5]
        second = self.document[self.document.references[1].span]
        assert second.startswith("Furness JB1, Kunze WA, Clerc N.\xa0Nutrient")
        assert second.endswith("1999 Nov;277(5 Pt 1):G922-8.")

    def test_markers(self):
        """The sentences that cite, and what they cite."""
        assert [s.numbers for s in self.document.sentences if s.markers] == [(1,), (2,), (3,), (4,), (5,)]


FORMS = [
    "{}. {}",
    "{}) {}",
    "[{}] {}",
    "({}) {}",
    "[^{}]: {}",
    "  {}. {}",
    "{}.{}",
    "{}.\t{}",
    "- [{}] {}",
]
HEADINGS = [
    "",
    "References\n",
    "REFERENCES\n\n",
    "## References\n\n",
    "**References**\n\n",
    "Bibliography\n",
    "### Works cited\n\n",
    "Literature cited:\n",
    "7. References\n\n",
    "Notes and references\n\n",
    "# Notes\n\n",
    "Sources\n",
]


@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n", "\r"])
@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize("form", FORMS)
def test_reference_lists(form, heading, between):
    """A list is found in every form, with and without heading, with and without blank lines, at any line's end."""
    text = BODY + heading + "\n".join(form.format(number, entry) for number, entry in enumerate(ENTRIES, 1)) + "\n"
    if between == "\n\n":
        start = len(BODY) + len(heading)
        text = text[:start] + text[start:].replace("\n", between)
    else:
        text = text.replace("\n", between)
    assert entries(text) == [(1, FIRST), (2, SECOND), (3, THIRD)]
    assert [sentence.numbers for sentence in parse(text, "x").sentences if sentence.markers] == [(1,), (2,), (3,)]
    assert not any("Smith" in sentence for _, sentence in kinds(text))


LISTS = [
    ("under a heading, bare numbers", BODY + f"References\n\n1 {FIRST}\n2 {SECOND}\n", [1, 2]),
    ("with gaps", BODY + f"References\n1. {FIRST}\n3. {SECOND}\n17. {THIRD}\n", [1, 3, 17]),
    ("that restarts", BODY + f"1. {FIRST}\n2. {SECOND}\n3. {THIRD}\n\n1. {FIRST}\n2. {SECOND}\n", [1, 2, 3, 1, 2]),
    ("of one entry", f"It is so (1).\n\n1. {FIRST}\n", [1]),
    (
        "under subheadings",
        BODY + f"## References\n\n### A\n\n1. {FIRST}\n2. {SECOND}\n\n### B\n\n3. {THIRD}\n",
        [1, 2, 3],
    ),
    ("plain, but cited", BODY + "1. The Gut Book\n2. Another Book\n3. A letter\n", [1, 2, 3]),
    ("plain, under a heading", BODY + "References\n\n1. The Gut Book\n2. Another Book\n", [1, 2]),
    ("a recipe", "Title\n\nDo this:\n\n1. Wash it in 2020.\n2. Dry it.\n3. Eat it.\n", []),
    ("a recipe at the end, not cited", "Title\n\nIt is easy.\n\n1. Wash it.\n2. Dry it.\n", []),
    ("a recipe beside references", f"Do this.\n\n1. Wash it.\n2. Dry it.\n\nReferences\n\n1. {FIRST}\n", [1]),
    ("an entry that reads like a heading", f"[^1]: {FIRST}\n[^2]: Sources\n[^1]: {THIRD}\n", [1, 2, 1]),
    ("a first line that is both", "1 References\n2 Others\n", []),
    ("numbered sections", "1. Beginning\n\nIt is so.\n\n2. End\n\nIt is not so.\n", []),
    ("a paragraph that opens with a number", "Title\n\n19 Songs, a label of Doe, J. in 1999, is old.\n\nMore.\n", []),
]


@pytest.mark.parametrize(("text", "numbers"), [case[1:] for case in LISTS], ids=[case[0] for case in LISTS])
def test_which_lists_are_references(text, numbers):
    """A list of references is told from another by its heading, its entries' looks, or that it is cited."""
    assert [number for number, _ in entries(text)] == numbers


def test_entries_of_several_lines():
    """Lines that continue an entry belong to it, also when one opens with a number."""
    text = (
        BODY
        + "References\n\n1. Smith AB. A title.\n   J Foo. 2001.\n2. Doe J. Other.\n2004. Nature.\n\n3. Roe. Press.\n"
    )
    assert entries(text) == [
        (1, "Smith AB. A title.\n   J Foo. 2001."),
        (2, "Doe J. Other.\n2004. Nature."),
        (3, "Roe. Press."),
    ]


def test_what_follows_the_references():
    """The article may go on behind its list."""
    text = BODY + f"References\n\n1. {FIRST}\n2. {SECOND}\n3. {THIRD}\n\nThanks\n\nWe thank all. They were kind.\n"
    assert [number for number, _ in entries(text)] == [1, 2, 3]
    assert kinds(text)[-3:] == [("heading", "Thanks"), ("prose", "We thank all."), ("prose", "They were kind.")]


def test_references_without_numbers_stay_whole():
    """Without numbers the paragraphs that read like references are entries; they are not cut into sentences."""
    text = f"Title\n\nIt is so.\n\nReferences\n\n{SECOND}\n\n{THIRD}\n"
    document = parse(text, "x")
    assert [(note.label, document[note.span]) for note in document.notes] == [("", SECOND), ("", THIRD)]
    assert kinds(text)[-1] == ("prose", "It is so.")


def test_a_list_without_signs_of_references_is_none():
    """Paragraphs under "References" that do not read like references stay what they are."""
    text = "Title\n\nIt is so.\n\nReferences\n\nAsk the owner in 1999.\n\nAsk the shop in 2001.\n"
    assert parse(text, "x").notes == ()
    assert kinds(text)[-1] == ("item", "Ask the shop in 2001.")


STRUCTURE = [
    ("# T\n\n## One\n\nA b.\n\n### Two ##\n\nC d.", ["T", "One", "Two"]),
    ("Title\n=====\n\nA b.\n\nOne\n---\n\nC d.", ["Title", "One"]),
    ("Title of it\n\nOne Thing\n\nA b c.\n\nAnother thing\n\nC d e.", ["Title of it", "One Thing", "Another thing"]),
    ("Title\n\nTitle\n\nA b c.", ["Title"]),
    ("The title\n\nThe Gut is the Organ.\n\nIt is large. It is long.", ["The title", "The Gut is the Organ."]),
    ("The title\n\nThe gut is large.\n\nIt is long.", ["The title"]),
    ("The title\n\nCells grow.\n\nMice do too.", ["The title"]),
    ("The title\n\nStatistical analysis.\n\n" + "It was done. " * 9, ["The title", "Statistical analysis."]),
    ("THE TITLE\n\nMETHODS\n\nWe did it.", ["THE TITLE", "METHODS"]),
    (
        "Title\n\n1. Introduction\n\nIt is so.\n\n2.1 Methods used\n\nWe did it.",
        ["Title", "1. Introduction", "2.1 Methods used"],
    ),
    ("Title\n\nWho pays? \nYou do not pay for it in any year.", ["Title", "Who pays?"]),
    ("# FAQ\n\n## Is it safe?\n\nYes.\n\n## Is it new?\n\nNo.", ["FAQ", "Is it safe?", "Is it new?"]),
    ("# T\n\n**Is it safe?**\n\nYes. It is.", ["T", "Is it safe?"]),
    ("# T\n\n## One\n\nA plain line\n\nMore of it.", ["T", "One"]),
    ("Authors: Doe, J.\n\nIt was given by\n\nx is large.", []),
    ("One sentence.", []),
    ("It is a plain text. It has prose.\n\nIt goes on.", []),
    ("Title\n\nApples\n\nPears\n\nPlums\n\nFigs\n\nNuts\n\nAll are good to eat.", ["Title", "Nuts"]),
]


@pytest.mark.parametrize(("text", "expected"), STRUCTURE)
def test_headings(text, expected):
    """Headings are found with and without markup, with and without a full stop; prose is none."""
    assert headings(text) == expected


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# T\n\nA b.", "T"),
        ("A study of it: iron and more\n\nA b.", "A study of it: iron and more"),
        ("\n\n  Title of it \nIt begins at once. It goes on.", "Title of it"),
        ("Intro.\n\n# Late\n\nA b.", "Late"),
        ("One sentence alone.", None),
        ("One line", None),
        ("", None),
    ],
)
def test_title(text, title):
    """The title is the heading of the first level, or the first line if it is no sentence."""
    document = parse(text, "x")
    assert (document.title and document[document.title]) == title


BLOCKS = [
    (
        "A b.\n\n- One thing. Two.\n- Another\n  thing\n",
        [("prose", "A b."), ("item", "One thing. Two."), ("item", "Another\n  thing")],
    ),
    ("A b:\n1. One\n2. Two\n", [("prose", "A b:"), ("item", "1. One"), ("item", "2. Two")]),
    ("A b:\n• One\n• Two\n", [("prose", "A b:"), ("item", "One"), ("item", "Two")]),
    (
        "A b.\n\n| a | b |\n|---|---|\n| 1. C | 2. D |\n",
        [("prose", "A b."), ("table", "| a | b |\n|---|---|\n| 1. C | 2. D |")],
    ),
    ("Caption\na | b\n--|--\n1 | 2\n", [("heading", "Caption"), ("table", "a | b\n--|--\n1 | 2")]),
    ("A b.\n\na\tb\n1\t2\n", [("prose", "A b."), ("table", "a\tb\n1\t2")]),
    (
        "A b.\n\n```py\nx = 1.\n\ny = [1]\n```\n\nC d.",
        [("prose", "A b."), ("code", "x = 1.\n\ny = [1]"), ("prose", "C d.")],
    ),
    ("A b.\n\n```\nThe end.", [("prose", "A b."), ("prose", "The end.")]),
    (
        "A b.\n\n    x = f(1);\n    y = 2;\n\nC d.",
        [("prose", "A b."), ("code", "x = f(1);\n    y = 2;"), ("prose", "C d.")],
    ),
    (
        "A b.\n\n    It is set in. It is prose.\n",
        [("prose", "A b."), ("prose", "It is set in."), ("prose", "It is prose.")],
    ),
    ("A b.\n\n---\n\nC d.", [("prose", "A b."), ("prose", "C d.")]),
    (
        "It is hard to see how any of this text could\nbreak in half. It is\nwrapped.",
        [("prose", "It is hard to see how any of this text could\nbreak in half."), ("prose", "It is\nwrapped.")],
    ),
    (
        "One line is complete\nAnother line is too",
        [("prose", "One line is complete"), ("prose", "Another line is too")],
    ),
    (
        "We looked at all of them in the long and cold year of\n1999. It was so.",
        [("prose", "We looked at all of them in the long and cold year of\n1999."), ("prose", "It was so.")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), BLOCKS)
def test_blocks(text, expected):
    """Lists are cut into items; tables and code stay whole; wrapped lines are joined and complete ones are not."""
    assert kinds("First of it.\n\nSecond.\n\n" + text)[2:] == expected


def test_a_huge_table_is_cut_into_rows():
    """A table too long to show is read row by row."""
    rows = kinds("A b.\n\n| a | b |\n|---|---|\n" + "| one | two |\n" * 500)
    assert len(rows) == 503
    assert rows[-1] == ("table", "| one | two |")


def test_paragraphs_count_blocks():
    """Sentences of one paragraph share its number, those of the next do not."""
    document = parse("It is one. It is two.\n\nThree. Four.\n\n- I\n- J", "x")
    assert [sentence.paragraph for sentence in document.sentences] == [0, 0, 1, 1, 2, 3]


def test_sections_cover_the_text_behind_the_first_heading():
    """A section reaches from its heading to the next; what is before the first has a section without heading."""
    document = parse("A b.\n\n# One\n\nC d.\n\n# Two\n\nE f.", "x")
    assert [(s.level, s.span) for s in document.sections] == [(0, (0, 8)), (1, (8, 21)), (1, (21, 30))]
    assert [sentence.section for sentence in document.sentences] == [0, 1, 1, 2, 2]


def test_markers_in_code_are_not_read():
    """An index in code is no citation."""
    document = parse("# T\n\nA b [1].\n\n```\nx[1]\n```\n\n## References\n\n1. Book\n", "x")
    assert [sentence.numbers for sentence in document.sentences] == [(), (1,), ()]


def test_a_marker_apart_goes_with_the_sentence_before():
    """A citation behind a full stop and a space belongs to the sentence that it supports."""
    document = parse(f"It is long. (1) It is wide. (2) It ends.\n\n1. {FIRST}\n2. {SECOND}\n", "x")
    assert [sentence.numbers for sentence in document.sentences] == [(1,), (2,), ()]


PIECES = [
    "It is so.[a] ",
    "It is so.[1]: 52 ",
    "It is so.†",
    "† ",
    "[^mint] ",
    "[^mint]: ",
    "[a] ",
    "a. ",
    "[1]\n",
    "1. A [2] B ",
    "Notes\n",
    "References: ",
    "    It goes on.\n",
    "Liu et al. (2005) ",
    "Liu B, Chen C. J Foo. 2005;1:2-3.\n",
    "# ",
    "- ",
    "1. ",
    "[1] ",
    "(1)",
    "[^1]: ",
    "References\n",
    "\n",
    "\n\n",
    "\r\n",
    "```\n",
    "| a | b |\n",
    "---\n",
    "It is so. ",
    "It is [1, 2]",
    "A Title",
    ".",
    ".3 ",
    "³",
    "\t",
    " ",
    "\xa0",
    "\ud800",
    "😀",
    "e\u0301",
    "\x1b[31m",
    "Smith AB. J. 2001;1:2-3.",
    "\u2028",
    "\x85",
    "\x0c",
    "\ufeff",
    "\0",
    "**",
    "“",
    '"',
    "    ",
]


@given(st.text(st.characters()) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@example("**0 **")
@example("# 0\xa0#")
@example("0 REFERENCE\n0")
def test_every_text_is_a_document(text):
    """No text is refused; spans are in order, apart, without outer white space; parsing again gives the same."""
    document = parse(text, "x")
    spans = [sentence.span for sentence in document.sentences]
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(document[span] and document[span] == document[span].strip() for span in spans)
    assert all(document.sections[sentence.section] for sentence in document.sentences)
    entries = sorted([*(entry.span for entry in document.references), *(note.span for note in document.notes)])
    assert all(before.end <= after.start for before, after in pairwise(entries))
    apart = [(s.start < entry.end and entry.start < s.end) for s in spans for entry in entries]
    assert not any(apart)
    for sentence in document.sentences:
        assert all(sentence.span.start <= m.span.start < m.span.end <= sentence.span.end for m in sentence.markers)
        assert all(document.note_at(span) for marker in sentence.markers for span in marker.notes)
        assert all(one.span.end <= other.span.start for one, other in pairwise(sentence.markers))
        assert all(document.reference(number, sentence.span.start) for number in sentence.numbers)
    assert parse(text, "x") == document


@pytest.mark.parametrize(
    "text",
    [
        "It is a sentence [1]. " * 50_000,
        "It is a line.\n" * 50_000,
        "a" * 1_000_000,
        "\n" * 1_000_000,
        "[1," * 300_000,
        "(" * 500_000,
        "```\n~~~~\n" * 50_000,
        '"a ' * 300_000,
        "(1) a, (2) b, " * 50_000,
    ],
    ids=range(9),
)
def test_long_texts(text):
    """A megabyte of anything, in one line or in many, can be read; see `evals/benchmark.py` for time."""
    document = parse(text + "\n\nReferences\n\n1. A\n2. B\n", "x")
    assert [reference.number for reference in document.references][-2:] == [1, 2]
