"""Entries for reference managers: only what can be read safely is a field."""

import json

import pytest

from chatbot.documents.parser import parse
from chatbot.inspection.identifiers import address
from chatbot.inspection.reference_formats import FORMATS, fields
from chatbot.reply import Entry, NoteEntry

LIST = [
    'Doe, Jane. "Water content & storage of honey." Food Chemistry 49.6 (2014): 1-9. doi:10.1000/182_a',
    "Smith AB. Bees. J Bees. 2001;1:2-3. PMID: 12345678",
    "Jones C. https://example.org/wax, retrieved 2020.",
    "Brown D. 10.1000/11 and 10.1000/22.",
]


def entries(texts=LIST, lists=1):
    """The entries of a document with these in each of some lists."""
    numbered = "\n".join(f"[{number}] {text}" for number, text in enumerate(texts, 1))
    chapters = (f"## Part {n}\n\nBees [1]. Wax [2]. Mead [3].\n\n### References\n\n{numbered}\n" for n in range(lists))
    return Entry.of_documents([parse("# T\n\n" + "\n".join(chapters), "a.md")])


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, ("Water content & storage of honey", 2014, "10.1000/182_a", None, "https://doi.org/10.1000/182_a")),
        (2, (None, 2001, None, "12345678", "https://pubmed.ncbi.nlm.nih.gov/12345678/")),
        (3, (None, None, None, None, "https://example.org/wax")),
        (4, (None, None, None, None, "https://doi.org/10.1000/11")),
    ],
)
def test_fields(number, expected):
    """A title needs quotation marks; of two DOIs none is sure; the whole entry is a note."""
    found = fields(entries()[number - 1])
    assert (found.title, found.year, found.doi, found.pmid, found.url) == expected
    assert found.note == LIST[number - 1]


def test_bibtex():
    """Letters that mean something to TeX are written so that they do not, except in addresses."""
    write = FORMATS["bibtex"].write
    note = r'Doe, Jane. "Water content \& storage of honey." Food Chemistry 49.6 (2014): 1-9. doi:10.1000/182\_a'
    assert write(entries()[:1]) == (
        "@misc{a-1,\n"
        "  title = {Water content \\& storage of honey},\n"
        "  year = {2014},\n"
        "  doi = {10.1000/182_a},\n"
        "  url = {https://doi.org/10.1000/182_a},\n"
        f"  note = {{{note}}}\n"
        "}\n"
    )


def test_ris():
    """A generic reference, closed by its end tag."""
    write = FORMATS["ris"].write
    assert write(entries()[1:2]).splitlines() == [
        "TY  - GEN",
        "ID  - a-2",
        "PY  - 2001",
        "AN  - 12345678",
        "UR  - https://pubmed.ncbi.nlm.nih.gov/12345678/",
        "N1  - Smith AB. Bees. J Bees. 2001;1:2-3. PMID: 12345678",
        "ER  - ",
    ]


def test_csl_json():
    """Fields that are not known are left out."""
    write = FORMATS["csl-json"].write
    assert json.loads(write(entries()[1:2])) == [
        {
            "id": "a-2",
            "type": "document",
            "issued": {"date-parts": [[2001]]},
            "PMID": "12345678",
            "URL": "https://pubmed.ncbi.nlm.nih.gov/12345678/",
            "note": LIST[1],
        }
    ]


def test_equal_numbers_have_own_keys():
    """Number 1 of two lists has two keys."""
    write = FORMATS["csl-json"].write
    keys = [item["id"] for item in json.loads(write(entries(lists=2)))]
    assert len(keys) == len(set(keys)) == 8
    assert keys[:4] == ["a-1", "a-2", "a-3", "a-4"]


def test_addresses():
    """An entry leads to the address or the DOI that it prints, or else to PubMed or PubMed Central."""
    texts = [
        "Roe. doi:10.1000/182",
        "Lee. PMID: 123",
        "Gray. PMC1234567",
        "Reed. https://example.org/a PMID: 7",
        "Old.",
    ]
    assert [address(entry) for entry in entries(texts)] == [
        "https://doi.org/10.1000/182",
        "https://pubmed.ncbi.nlm.nih.gov/123/",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC1234567/",
        "https://example.org/a",
        None,
    ]


def test_a_note():
    """A note with a label is written like an entry."""
    document = parse("# T\n\nBees fly.[a]\n\n## Notes\n\na. In spring.\n", "a.md")
    (note,) = json.loads(FORMATS["csl-json"].write(NoteEntry.of_documents([document])))
    assert note == {"id": "a-a", "type": "document", "note": "In spring."}
