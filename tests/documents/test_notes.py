"""Marks that are no numbers, and citations by author and year, with what they stand for."""

import pytest

from chatbot.documents.parser import parse

LIU, OKAFOR, MORE, LESS = (
    "Liu, B., & Chen, C. (2005). Humming. J Foo, 3, 4-5.",
    "Okafor, D., & Lee, E. (2012). Wax. J Foo, 3, 4-5.",
    "Okafor, D., & Lee, E. (2014a). More wax. J Foo, 3, 4-5.",
    "Okafor, D., & Lee, E. (2014b). Less wax. J Foo, 3, 4-5.",
)
AUTHORS = f"\n\nReferences\n\n{LIU}\n{OKAFOR}\n{MORE}\n{LESS}\n"


def marks(text, name="x"):
    """The marks with the first word of each note that they stand for."""
    document = parse(text, name)
    found = [marker for sentence in document.sentences for marker in sentence.markers]
    return [(document[m.span], [document[span].split()[0] for span in m.notes]) for m in found if not m.numbers]


MARKS = [
    ("It is so.[a] It is.", [("[a]", ["Alpha"])]),
    ("It is so [a].", [("[a]", ["Alpha"])]),
    ("It is so.[a][b] It is.", [("[a]", ["Alpha"]), ("[b]", ["Beta"])]),
    ("It is so.[a] [a, b] It is.", [("[a]", ["Alpha"]), ("[a, b]", ["Alpha", "Beta"])]),
    ("It is so.[a][citation needed] It is.", [("[a]", ["Alpha"]), ("[citation needed]", [])]),
    ("It is so.[a][c] It is.", [("[a]", ["Alpha"]), ("[c]", [])]),
    ("It is so.[a] He [the king] left.", [("[a]", ["Alpha"])]),
    ("It is so.[a] See [this](x.html).", [("[a]", ["Alpha"])]),
    ("It is so.[a] It died.†", [("[a]", ["Alpha"]), ("†", [])]),
    ("It is so.[a] It is[^x] so.", [("[a]", ["Alpha"]), ("[^x]", [])]),
]


@pytest.mark.parametrize(("text", "expected"), MARKS)
def test_marks(text, expected):
    """A mark stands for its note; without one it is a mark by its place."""
    assert marks(f"Title\n\n{text}\n\nNotes\n\na. Alpha is so.\nb. Beta is so.\n") == expected


def test_the_note_of_the_chapter():
    """Of notes with one label the next one below is meant."""
    text = "# T\n\n## One\n\nA is.[a]\n\n### Notes\n\na. Alpha.\n\n## Two\n\nB is.[a]\n\n### Notes\n\na. Beta.\n"
    assert marks(text) == [("[a]", ["Alpha."]), ("[a]", ["Beta."])]


CITATIONS = [
    ("Liu and Chen (2005) saw it.", [("2005", ["Liu,"])]),
    ("Liu et al. (2005) saw it.", [("2005", ["Liu,"])]),
    ("It hums (Liu et al., 2005).", [("2005", ["Liu,"])]),
    (
        "It hums (see Liu & Chen 2005; Okafor & Lee 2012, 2014a).",
        [("2005", ["Liu,"]), ("2012", ["Okafor,"]), ("2014a", ["Okafor,"])],
    ),
    ("It hums (Okafor & Lee, 2014).", []),  # of two it could be either
    ("It hums (Liu, 2006).", []),
    ("It hums (Liu & Reed, 2005).", []),
    ("In May 2005 it hummed.", []),
]


@pytest.mark.parametrize(("text", "expected"), CITATIONS)
def test_authors_and_years(text, expected):
    """A citation that matches exactly one entry stands for it; any other is shown as it is."""
    assert marks(f"Title\n\n{text}{AUTHORS}") == expected


def test_hanging_lines():
    """An entry goes on in lines that are indented, or that begin with no author."""
    text = f"Title\n\nIt hums (Liu, 2005).\n\nReferences\n\n{LIU[:30]}\n   {LIU[30:]}\n{OKAFOR[:32]}\n{OKAFOR[32:]}\n"
    document = parse(text, "x")
    assert [" ".join(document[note.span].split()) for note in document.notes] == [
        " ".join(f"{entry[:cut]} {entry[cut:]}".split()) for entry, cut in ((LIU, 30), (OKAFOR, 32))
    ]
