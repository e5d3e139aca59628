"""References for reference managers: each format says the same, and nothing is guessed."""

import json

from support.articles import lakes

from chatbot.inspection.exports import bibtex, csl_json, ris
from chatbot.inspection.identifiers import address
from chatbot.reply import Entry, NoteEntry

TEXT = """\
# Ponds

Ponds are deep [1, 2].[a] Some are not.

## Notes

a. In spring.

## References

[1] Smith, A. & Ödman, B. 100% of {{Ponds}}_x. 1990. doi:10.1000/182
[2] Jones, B. Depth.
  PMID: 123
"""


def sources():
    """The entries and the note of a document."""
    document = lakes("Pond notes.md", TEXT)
    return [*Entry.of_documents([document]), *NoteEntry.of_documents([document])]


def test_bibtex():
    """The whole entry is the title, with what LaTeX would take for commands escaped; its DOI is a field of its own."""
    assert bibtex(sources()[:1]) == (
        "@misc{pond-notes-1,\n"
        "  title = {{Smith, A. \\& Ödman, B. 100\\% of \\{\\{Ponds\\}\\}\\_x. 1990. doi:10.1000/182}},\n"
        "  doi = {10.1000/182},\n"
        "  url = {https://doi.org/10.1000/182},\n"
        "}\n"
    )
    assert bibtex(sources()).count("@misc{") == 3


def test_ris():
    """Each entry is a record of its own, on single lines."""
    assert ris(sources()[1:2]) == (
        "TY  - GEN\nID  - pond-notes-2\nTI  - Jones, B. Depth. PMID: 123\nAN  - 123\n"
        "UR  - https://pubmed.ncbi.nlm.nih.gov/123/\nER  - \n"
    )


def test_csl_json():
    """The fields have the names of CSL; what an entry lacks is left out."""
    one, two, note = json.loads(csl_json(sources()))
    assert one == {
        "id": "pond-notes-1",
        "type": "document",
        "title": "Smith, A. & Ödman, B. 100% of {{Ponds}}_x. 1990. doi:10.1000/182",
        "DOI": "10.1000/182",
        "URL": "https://doi.org/10.1000/182",
    }
    assert two["PMID"] == "123"
    assert note == {"id": "pond-notes-a", "type": "document", "title": "In spring."}


def test_keys_are_unique():
    """Lists of chapters restart their numbers; a key names one entry."""
    first = sources()[0]
    assert [entry["id"] for entry in json.loads(csl_json([first, first]))] == ["pond-notes-1", "pond-notes-1-2"]


def test_addresses():
    """An entry leads to the address or the DOI that it prints, or else to PubMed or PubMed Central."""
    text = TEXT + "[3] Gray. PMC1234567\n[4] Reed. https://example.org/a PMID: 7\n[5] Old.\n"
    found = [address(entry) for entry in Entry.of_documents([lakes(text=text)])]
    assert found == [
        "https://doi.org/10.1000/182",
        "https://pubmed.ncbi.nlm.nih.gov/123/",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC1234567/",
        "https://example.org/a",
        None,
    ]
