"""Reference lists and notes in the forms in which they are printed, pasted and extracted."""

import pytest

from chatbot.documents.parser import parse

CITING = "Bees\n\nBees see light [1]. They hum [2]. They dance [3]."
MILLER, BROOK, FIELD = "Miller A. Light. J Foo. 2001.", "Brook B. Hum. J Foo. 2002.", "Field C. Dance. J Foo. 2003."
NUMBERED = [(1, MILLER), (2, BROOK), (3, FIELD)]


def entries(text, name="x"):
    """The entries with their numbers."""
    document = parse(text, name)
    return [(entry.number, document[entry.span]) for entry in document.references]


def notes(text, name="x"):
    """The notes with their labels."""
    document = parse(text, name)
    return [(note.label, document[note.span]) for note in document.notes]


def body(text, name="x"):
    """What can be quoted, without headings."""
    document = parse(text, name)
    return [document[sentence.span] for sentence in document.sentences if sentence.kind.value != "heading"]


LAYOUTS = {
    "number above the entry": "References\n\n[1]\n{}\n\n[2]\n{}\n\n[3]\n{}\n",
    "number apart from the entry": "References\n\n1.\n\n{}\n\n2.\n\n{}\n\n3.\n\n{}\n",
    "column of numbers": "References\n\n[1]\n[2]\n[3]\n{}\n{}\n{}\n",
    "column of numbers, apart": "References\n\n[1]\n[2]\n[3]\n\n{}\n\n{}\n\n{}\n",
    "one line": "References\n\n[1] {} [2] {} [3] {}\n",
    "one paragraph": "References\n\n[1] {} [2] {}\n[3] {}\n",
    "one line with full stops": "References\n\n1. {} 2. {} 3. {}\n",
    "behind the heading": "References: (1) {} (2) {} (3) {}\n",
    "behind the heading, in lines": "References: 1. {}\n2. {}\n3. {}\n",
    "behind a bold heading": "**References:** [1] {} [2] {} [3] {}\n",
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(layout):
    """A list is read as it comes out of PDF and HTML."""
    text = f"{CITING}\n\n" + layout.format(MILLER, BROOK, FIELD)
    assert entries(text) == NUMBERED
    assert body(text) == ["Bees see light [1].", "They hum [2].", "They dance [3]."]
    assert [sentence.numbers for sentence in parse(text, "x").sentences if sentence.numbers] == [(1,), (2,), (3,)]


def test_an_entry_may_name_another():
    """A number in brackets inside an entry begins none where the entries have lines of their own."""
    text = (
        f"{CITING}\n\nReferences\n\n[1] {MILLER}\n[2] Brook B. On [3] and others. 2002.\n[3] {FIELD} See [4] there.\n"
    )
    assert entries(text) == [(1, MILLER), (2, "Brook B. On [3] and others. 2002."), (3, f"{FIELD} See [4] there.")]


def test_a_volume_is_no_number():
    """In a line with all entries, a number before a year or a page begins none."""
    text = f"{CITING}\n\nReferences\n\n1. {MILLER} 2. Brook B. J Foo, vol. 3. 2002. 3. {FIELD}\n"
    assert entries(text) == [(1, MILLER), (2, "Brook B. J Foo, vol. 3. 2002."), (3, FIELD)]


def test_a_number_without_text_is_no_entry():
    """What the extraction has lost is no entry."""
    assert entries(f"{CITING}\n\nReferences\n\n[1]\n[2] {BROOK}\n[3] {FIELD}\n") == NUMBERED[1:]


def test_numbered_steps_are_no_references():
    """Numbers on lines of their own make no reference list of other lists."""
    text = "Bees\n\nDo this.\n\n1.\nOpen the hive.\n\n2.\nTake the wax.\n\nThen rest.\n"
    assert entries(text) == []
    assert "Open the hive." in body(text)


def test_footnotes():
    """Footnotes of Markdown have words as labels, several paragraphs, any order, and places among the text."""
    text = (
        "# Mint\n\nMint is wet[^wet]. It runs[^2]. It is old[^1].\n\n[^2]: Brook B. Runners. 2002.\n\n"
        "    It has roots, too.\n\n[^1]: Grey E. Herbs. 2005.\n[^wet]: White D.\nWater. 2004.\n\nIt smells.\n"
    )
    assert entries(text, "x.md") == [
        (2, "Brook B. Runners. 2002.\n\n    It has roots, too."),
        (1, "Grey E. Herbs. 2005."),
    ]
    assert notes(text, "x.md") == [("wet", "White D.\nWater. 2004.")]
    assert body(text, "x.md") == ["Mint is wet[^wet].", "It runs[^2].", "It is old[^1].", "It smells."]


LABELLED = [
    (
        "Bees are old [Mil03, Bro04].",
        f"References\n\n[Mil03] {MILLER}\n[Bro04] {BROOK}",
        [("Mil03", MILLER), ("Bro04", BROOK)],
    ),
    ("Bees are old [Bro04].", f"References\n\n[Bro04] {BROOK}\n", [("Bro04", BROOK)]),
    (
        "Bees are old.[a]",
        "Notes\n\na. Some say so.\nb. Others do not.",
        [("a", "Some say so."), ("b", "Others do not.")],
    ),
    ("Bees are old.[note 1]", "Notes\n\n1. Some say so.", [("note 1", "Some say so.")]),
    ("Bees are old.†", "† Some say so.", [("†", "Some say so.")]),
    ("Bees are old*.", "* Some say so.", [("*", "Some say so.")]),
    ("Bees are *old*.", "* Some say so.", []),
    ("Bees are old.", "† Some say so.", []),
    ("Bees are old.", "Notes\n\na. Some say so.", []),
    ("Bees hum. [Laughter] They do.", "[Laughter] Some say so.\n\nThe end.", []),
]


@pytest.mark.parametrize(("sentence", "below", "expected"), LABELLED)
def test_labels(sentence, below, expected):
    """A label is one if the text above has it as a mark."""
    assert notes(f"Bees\n\n{sentence}\n\n{below}\n") == expected


def test_a_label_among_numbers():
    """An entry that was put in later has a number and a letter; it is no part of its neighbour."""
    citing = "Bees see light [1]. They hum [1b]. They dance [2]."
    text = f"Bees\n\n{citing}\n\nReferences\n\n[1] {MILLER}\n[1b] {BROOK}\n[2] {FIELD}\n"
    assert entries(text) == [(1, MILLER), (2, FIELD)]
    assert notes(text) == [("1b", BROOK)]


def test_a_link_at_the_start_of_a_line_is_no_label():
    """What stands in brackets behind entries continues them."""
    text = f"{CITING}\n\nReferences\n\n1. {MILLER}\n[PubMed]\n2. {BROOK}\n[PubMed]\n3. {FIELD}\n[PubMed]\n"
    assert [number for number, _ in entries(text)] == [1, 2, 3]
    assert notes(text) == []


def test_notes_and_references_are_told_apart():
    """Where both lists count from 1, each mark means its own."""
    text = f"Bees\n\nThey hum.[note 1] They see.[1]\n\nNotes\n\n1. Not all do.\n\nReferences\n\n1. {MILLER}\n"
    assert (entries(text), notes(text)) == ([(1, MILLER)], [("note 1", "Not all do.")])
