"""What is written of a document, and read again; sums over documents."""

from collections import Counter
from dataclasses import fields

import pytest
from support.articles import GEESE, HONEY, TWO_LISTS

from chatbot.documents.parser import parse
from chatbot.language.synonyms import Synonyms
from chatbot.language.synonyms import parse as parse_synonyms
from chatbot.opensearch.codec import analysed_document, packed, synonyms_from, synonyms_value, unpacked
from chatbot.opensearch.records import Source, all_ids, analyse
from chatbot.opensearch.schema import index_body, token
from chatbot.opensearch.statistics import Sums

NOTES = "# Tea\n\nMint[^mint] is green.[^2]\n\n[^mint]: Mentha.\n[^2]: A colour, 1999.\n"
NONE = Synonyms({})


def analysed(text, name="a.md"):
    """The records of a text."""
    return analyse(parse(text, name), NONE, Source(name, f"0000\x01{name}", "1"))


@pytest.mark.parametrize("text", [HONEY, TWO_LISTS, NOTES, "# Only a title\n", "Über Bienen 😀 sagt es nichts.\r\n"])
def test_a_document_comes_back(text):
    """Every field of it, and the stems of its sentences and entries."""
    document = parse(text, "a.md")
    own = dict(analysed(text).others)[f"{Source('a.md', '', '1').id}:1"]
    found = analysed_document(unpacked(own["body"]))
    assert [getattr(found.document, f.name) for f in fields(document)] == [
        getattr(document, f.name) for f in fields(document)
    ]
    assert (len(found.sentences), len(found.entries)) == (
        len(document.sentences),
        len(document.references) + len(document.notes),
    )


def test_synonyms_come_back():
    """In their order, with their spelling."""
    synonyms = parse_synonyms("car, automobile\njalopy => car, old vehicle\n", "a.synonyms.txt")
    found = synonyms_from(unpacked(packed(synonyms_value(synonyms))))
    assert found == synonyms
    assert list(found.of) == list(synonyms.of)


def test_records_have_known_fields_and_ids():
    """Every record has a name that its sizes tell, so that it can be removed, and only fields of the schema."""
    made = analysed(HONEY)
    header_id, header = made.headed(ready=True)
    names = [header_id, *(name for name, _ in made.others)]
    assert sorted(names) == sorted(all_ids(made.source.id, "1", header["sizes"]))
    known = index_body(shards=1)["mappings"]["properties"]
    assert {field for _, record in made.others for field in record} | set(header) <= set(known)


def test_a_very_long_word_is_searched_by_its_hash():
    """Lucene would split it."""
    assert token("bee") == "bee"
    assert len(token("x" * 300)) == 64


def test_sums():
    """Added in any order they are the same; what is taken away leaves no trace."""
    one, other = analysed(HONEY).sums, analysed(GEESE, "b.md").sums
    both, turned = Sums(), Sums()
    for some in (one, other):
        both.add(some)
    for some in (other, one):
        turned.add(some)
    assert both.value() == turned.value() == Sums.from_value(both.value()).value()
    both.add(other, -1)
    assert both.value() == one.value()
    assert Sums.from_value(both.value()).words == Counter(one.words)


def test_a_difference_can_be_added():
    """More may be removed than was added before: sums of a run are added to those of the collection."""
    one, other = analysed(HONEY).sums, analysed(GEESE, "b.md").sums
    change, total = Sums(), Sums()
    change.add(one, -1)
    change.add(other)
    total.add(one)
    total.add(change)
    assert total.value() == other.value()
