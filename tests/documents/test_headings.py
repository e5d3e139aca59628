"""Labels, numbers and short lines in plain text: which are headings, of what, and how deep."""

import pytest

from chatbot.documents.parser import parse


def parts(text, name="a.txt"):
    """For each sentence that is no heading: the headings above it, and its text."""
    document = parse(text, name)
    body = [sentence for sentence in document.sentences if sentence.kind.value != "heading"]
    return [(document.section_name(s.section), document[s.span]) for s in body]


LABELS = [
    ("*Scope.* The rule binds all.", [("Scope.", "The rule binds all.")]),
    ("**Scope of rules:** The rule binds all.", [("Scope of rules:", "The rule binds all.")]),
    ("**_Scope._** The rule binds all.", [("Scope.", "The rule binds all.")]),
    ("__May I fish?__ Yes, with a card.", [("May I fish?", "Yes, with a card.")]),
    ("§ 4. Fines. Each pays 5 dollars.", [("§ 4. Fines.", "Each pays 5 dollars.")]),
    ("Sec. 28-5. Fines.—Each pays 5 dollars.", [("Sec. 28-5. Fines.", "Each pays 5 dollars.")]),
    ("Article IV. Each pays 5 dollars.", [("Article IV.", "Each pays 5 dollars.")]),
    ("Section 2.1: Each pays 5 dollars.", [("Section 2.1:", "Each pays 5 dollars.")]),
    ("Rule 3: No nets. They harm fish.", [("Rule 3:", "No nets."), ("Rule 3:", "They harm fish.")]),
    ("2.1 Fines. Each pays 5 dollars.", [("2.1 Fines.", "Each pays 5 dollars.")]),
    ("2.1 million people came. They left.", [("Boats", "2.1 million people came."), ("Boats", "They left.")]),
    ("NO WARRANTY. The boat is sold as it is.", [("NO WARRANTY.", "The boat is sold as it is.")]),
    ('**"Boat"** means a thing that floats.', [("Boats", '**"Boat"** means a thing that floats.')]),
    ("**Yes.** You may fish.", [("Boats", "**Yes.**"), ("Boats", "You may fish.")]),
    ("**You must not fish.** It is late.", [("Boats", "**You must not fish.**"), ("Boats", "It is late.")]),
    ("**Do it** now. Go.", [("Boats", "**Do it** now."), ("Boats", "Go.")]),
    ("Section 3 says more. It is long.", [("Boats", "Section 3 says more."), ("Boats", "It is long.")]),
    ("Part of it is so. Go.", [("Boats", "Part of it is so."), ("Boats", "Go.")]),
    ("USA. The flag is red.", [("Boats", "USA."), ("Boats", "The flag is red.")]),
]


@pytest.mark.parametrize(("paragraph", "expected"), LABELS)
def test_labels(paragraph, expected):
    """A label is the heading of the rest of its paragraph; emphasis, a definition or a sentence is none."""
    assert parts(f"Boats\n\nBoats are hired by the day.\n\n{paragraph}\n")[1:] == expected


@pytest.mark.parametrize("label", ["§ 3. Fines.", "Article 3. Fines.", "Article III", "Chapter 3: Fines", "*Fines.*"])
def test_a_label_on_a_line_of_its_own(label):
    """It is the heading of the paragraph below it."""
    text = f"Boat Code\n\n{label}\n\nEach pays a fine of 5 dollars.\n"
    assert parts(text) == [(label.strip("*"), "Each pays a fine of 5 dollars.")]


def test_a_label_with_nothing_below():
    """It is a text like any other."""
    assert parts("Boat Code\n\nIt is so.\n\n*Fines.*\n")[-1] == ("Boat Code", "*Fines.*")


def test_depth():
    """Numbers with points, and articles inside chapters, are below the headings that they belong to."""
    text = "Boat Code\n\nChapter I\n\nArticle 1. Name. It is so.\n\nChapter II\n\nArticle 2. Fee. It is low.\n"
    assert [name for name, _ in parts(text)] == ["Chapter I > Article 1. Name.", "Chapter II > Article 2. Fee."]
    text = "Boats at Sea\n\n2. Sails\n\nThey are white.\n\n2.1 Masts\n\nThey are tall.\n\n3. Oars\n\nThey are wet.\n"
    assert [name for name, _ in parts(text)] == ["2. Sails", "2. Sails > 2.1 Masts", "3. Oars"]


@pytest.mark.parametrize(
    "paragraph",
    [
        "The key is kept at the\nHarbour Office of Kiel.",
        "First look at the previous\nQuestion on keels.",
        "Ask Tom Berg at\nPier Nine.",
    ],
)
def test_a_paragraph_of_two_short_lines(paragraph):
    """Its first line is no heading, and it is one sentence if its first line cannot be complete."""
    assert all(
        name == "Boats at Sea" for name, _ in parts(f"Boats at Sea\n\nThey float.\n\n{paragraph}\n\nThey sink.\n")
    )


@pytest.mark.parametrize(
    "line", ["Copyright (c) 2015 Ann Lee", "© 2015 Ann Lee", "Written by Tom Berg", "Copyright 2015 Lee"]
)
def test_a_line_that_states_who(line):
    """It is no heading of what follows."""
    assert parts(f"The Boat Licence\n\n{line}\n\nYou may use it.\n")[0] == ("The Boat Licence", line)


CONTENTS = [
    "1. Sails .......... 2\n2. Oars ........... 3\n",
    "Sails\nOars\n",
    "- Sails\n- Oars\n",
    "Sails\n\nOars\n",
    "1. Sails   4\n2. Oars   5\n",
    "I. Sails\n\nII. Oars\n",
]


@pytest.mark.parametrize("contents", CONTENTS)
def test_a_table_of_contents(contents):
    """Lines that repeat the headings below them are no text and no headings."""
    text = f"The Boat\n\nContents\n\n{contents}\nSails\n\nThey are white.\n\nOars\n\nThey are wet.\n"
    document = parse(text, "a.txt")
    assert parts(text) == [("Sails", "They are white."), ("Oars", "They are wet.")]
    names = [document[section.heading] for section in document.sections if section.heading]
    assert names == ["The Boat", "Contents", "Sails", "Oars"]


def test_headings_with_a_list_between_them():
    """Headings that are repeated below are no table of contents if there is text between them, if only references."""
    chapter = "## Part {0} of it\n\nMoss is green [1].\n\n## References\n\n[1] Alder A. Moss {0}. 2001.\n\n"
    document = parse("".join(map(chapter.format, (1, 2, 3))), "x.md")
    found = [document[section.heading] for section in document.sections if section.heading]
    assert found == ["Part 1 of it", "References", "Part 2 of it", "References", "Part 3 of it", "References"]


def test_marked_headings_in_a_row():
    """They are no table of contents, though each is repeated below."""
    chapter = "## Part\n\n### Weight\n\nIt is {0} kg.\n\n"
    document = parse("".join(map(chapter.format, (1, 2))), "x.md")
    assert [document[section.heading] for section in document.sections if section.heading] == ["Part", "Weight"] * 2


def test_lists_that_are_no_contents():
    """Items, and headings without a text, that no heading repeats."""
    text = "# Boat\n\n- Sails\n- Oars\n\n## Part 1\n\n## Part 2\n\nIt is so.\n\n## Part 3\n\nIt is not.\n"
    document = parse(text, "a.md")
    assert [sentence for _, sentence in parts(text)] == ["Sails", "Oars", "It is so.", "It is not."]
    assert len(document.sections) == 4


def test_a_numbered_list_above_a_numbered_heading():
    """A number that does not go on begins something else."""
    text = "The Boat\n\n1. Sails\n2. Oars\n\n1. Sails\n\nThey are white.\n\n2. Oars\n\nThey are wet.\n"
    assert parts(text) == [("1. Sails", "They are white."), ("2. Oars", "They are wet.")]


def test_a_numbered_heading_below_bullets():
    """It is no item of their list."""
    text = "The Boat\n\n1. Parts\n\nIt has these parts:\n\n- Sails\n- Oars\n\n2. Care\n\nKeep it dry.\n"
    assert parts(text)[-1] == ("2. Care", "Keep it dry.")


def test_a_heading_that_reads_like_a_sentence():
    """It is one where it stands in the table of contents too."""
    text = (
        "The Boat\n\nIn this leaflet:\n1. What the boat is used for\n2. Care\n\n"
        "1. What the boat is used for\n\nIt is used at sea.\n\n2. Care\n\nKeep it dry.\n"
    )
    assert parts(text)[1:] == [("1. What the boat is used for", "It is used at sea."), ("2. Care", "Keep it dry.")]


def test_headings_that_return():
    """A heading that stands under several others is below them."""
    classes = "".join(
        f"Class {name}\n\nWho may sail\n\n{who} may.\n\nFee\n\nIt is {fee} crowns.\n\n"
        for name, who, fee in (("A", "Adults", 40), ("B", "Children", 20))
    )
    assert parts(f"Permits to Sail\n\n{classes}") == [
        ("Class A > Who may sail", "Adults may."),
        ("Class A > Fee", "It is 40 crowns."),
        ("Class B > Who may sail", "Children may."),
        ("Class B > Fee", "It is 20 crowns."),
    ]
