"""Entries for reference managers: only what can be read safely is a field."""

import json

import pytest

from chatbot.documents.parser import parse
from chatbot.inspection.reference_formats import FORMATS, fields
from chatbot.reply import Entry

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
        (2, (None, 2001, None, "12345678", None)),
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
    _, write = FORMATS["bibtex"]
    note = r'Doe, Jane. "Water content \& storage of honey." Food Chemistry 49.6 (2014): 1-9. doi:10.1000/182\_a'
    assert write(entries()[:1]) == (
        "@misc{ref1,\n"
        "  title = {Water content \\& storage of honey},\n"
        "  year = {2014},\n"
        "  doi = {10.1000/182_a},\n"
        "  url = {https://doi.org/10.1000/182_a},\n"
        f"  note = {{{note}}}\n"
        "}\n"
    )


def test_ris():
    """A generic reference, closed by its end tag."""
    _, write = FORMATS["ris"]
    assert write(entries()[1:2]).splitlines() == [
        "TY  - GEN",
        "ID  - ref2",
        "PY  - 2001",
        "AN  - 12345678",
        "N1  - Smith AB. Bees. J Bees. 2001;1:2-3. PMID: 12345678",
        "ER  - ",
    ]


def test_csl_json():
    """Fields that are not known are left out."""
    _, write = FORMATS["csl-json"]
    assert json.loads(write(entries()[1:2])) == [
        {
            "id": "ref2",
            "type": "document",
            "issued": {"date-parts": [[2001]]},
            "PMID": "12345678",
            "note": LIST[1],
        }
    ]


def test_equal_numbers_have_own_keys():
    """Number 1 of two lists has two keys."""
    _, write = FORMATS["csl-json"]
    keys = [item["id"] for item in json.loads(write(entries(lists=2)))]
    assert len(keys) == len(set(keys)) == 8
    assert keys[:4] == ["ref1", "ref2", "ref3", "ref4"]
