"""Scopes: in an article with several reference lists, a number means the list of its own chapter, or none."""

import pytest

from chatbot.documents.parser import parse

BEES = "Bees see ultraviolet light [1]. A hive is warm [2]."
ANTS = "Ants carry leaves [1]. A nest is dark [3]."
BEE_LIST = "[1] Brook C. Colour. 1998.\n[2] Field D. Heat. 2010."
ANT_LIST = "[1] Lund K. Leaves. 2011.\n[2] Moss P. Rooms. 2015.\n[3] Nash Q. Dark. 2016."


def cited(text):
    """For each citing sentence its last two words and the first word of each entry that it cites."""
    document = parse(text, "x.md")
    return [
        [" ".join(document[sentence.span].split()[:2]), *_firsts(document, sentence)]
        for sentence in document.sentences
        if sentence.numbers
    ]


def _firsts(document, sentence):
    entries = (document.reference(number, sentence.span.start) for number in sentence.numbers)
    return [document[entry.span].split()[0] if entry else None for entry in entries]


BY_CHAPTER = [["Bees see", "Brook"], ["A hive", "Field"], ["Ants carry", "Lund"], ["A nest", "Nash"]]
HEADED = {
    "nested": "# Insects\n\n## Bees\n\n{}\n\n### References\n\n{}\n\n## Ants\n\n{}\n\n### References\n\n{}\n",
    "flat": "# Insects\n\n## Bees\n\n{}\n\n## References\n\n{}\n\n## Ants\n\n{}\n\n## References\n\n{}\n",
    "chapters of the title's level": "# Bees\n\n{}\n\n# References\n\n{}\n\n# Ants\n\n{}\n\n# References\n\n{}\n",
    "plain": "Insects\n\nBees\n\n{}\n\nReferences\n\n{}\n\nAnts\n\n{}\n\nReferences\n\n{}\n",
}


@pytest.mark.parametrize("layout", HEADED.values(), ids=HEADED)
def test_a_number_means_the_list_of_its_chapter(layout):
    """The same number means another entry in each chapter."""
    assert cited(layout.format(BEES, BEE_LIST, ANTS, ANT_LIST)) == BY_CHAPTER


def test_a_list_may_stand_before_the_text_of_its_chapter():
    """A list nested below a chapter's heading serves all of the chapter, wherever it stands in it."""
    text = f"# Insects\n\n## Bees\n\n### References\n\n{BEE_LIST}\n\n### Light\n\n{BEES}\n\n"
    assert cited(f"{text}## Ants\n\n{ANTS}\n\n### References\n\n{ANT_LIST}\n") == BY_CHAPTER


def test_the_list_of_a_section_comes_before_that_of_the_chapter_around_it():
    """Of two lists that a place is under, the inner one is meant, and never the outer one instead."""
    text = (
        f"# Insects\n\n## Social ones\n\n{ANTS}\n\n### Bees\n\n{BEES} It hums [3].\n\n#### References\n\n{BEE_LIST}\n\n"
    )
    found = cited(f"{text}### References\n\n{ANT_LIST}\n")
    assert found == [["Ants carry", "Lund"], ["A nest", "Nash"], ["Bees see", "Brook"], ["A hive", "Field"]]


def test_a_chapter_without_a_list_cites_nothing():
    """Numbers after the last list, in a chapter without one, have no entry."""
    text = HEADED["nested"].format(BEES, BEE_LIST, ANTS, ANT_LIST) + "\n## Wasps\n\nWasps sting [1].\n"
    assert cited(text) == BY_CHAPTER


@pytest.mark.parametrize(
    "text",
    [
        # one list that is printed in two parts
        f"{BEES}\n\n## References\n\n{BEE_LIST}\n\n## Dances\n\nThey dance [3].\n\n## References\n\n[3] Reed R.",
        f"{BEES} They dance [3].\n\n## References\n\n{BEE_LIST}\n\n## Sources\n\n[3] Reed R. 1999.",
    ],
)
def test_lists_that_go_on_counting_are_one(text):
    """A list that begins after the last number of the one before it continues that one."""
    document = parse(text, "x.md")
    assert [entry.scope for entry in document.references] == [None] * 3
    assert [sentence.numbers for sentence in document.sentences if sentence.numbers] == [(1,), (2,), (3,)]


def test_a_single_list_serves_the_whole_document():
    """Text after the list is served too."""
    text = f"# Bees\n\n## Light\n\n{BEES}\n\n### References\n\n{BEE_LIST}\n\n## Dances\n\nThey dance [2].\n"
    assert [first for _, first in cited(text)] == ["Brook", "Field", "Field"]


def test_the_chapter_of_an_entry():
    """An entry is shown with the heading of the chapter that its list serves."""
    document = parse(HEADED["plain"].format(BEES, BEE_LIST, ANTS, ANT_LIST), "x")
    chapters = [document.chapter(entry) for entry in document.references_numbered(1)]
    assert [document.section_name(chapter) for chapter in chapters if chapter is not None] == ["Bees", "Ants"]


def test_footnotes_that_count_anew():
    """Footnotes of Markdown may stand anywhere, but two with one number are of two lists."""
    chapter = (
        "## {0}\n\n{0} is old.[^1] It is tall.[^2]\n\n### References\n\n[^1]: {0} one. 2001.\n[^2]: {0} two. 2002.\n\n"
    )
    document = parse(chapter.format("Moss") + chapter.format("Fern"), "x.md")
    cited = [document.reference(n, s.span.start) for s in document.sentences for n in s.numbers]
    assert [document[entry.span] for entry in cited if entry] == [
        "Moss one. 2001.",
        "Moss two. 2002.",
        "Fern one. 2001.",
        "Fern two. 2002.",
    ]
