"""Look-ups: references by their number, and what there is if a number is unknown."""

import pytest
from support.articles import TWO_LISTS, lakes

from chatbot.bot import Chatbot
from chatbot.errors import ChatbotError, UsageError
from chatbot.inspection import lookups


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([lakes()], "there is no reference 9: the article has 4, numbered 1-3, 5"),
        ([lakes(text="Water is wet.")], "there is no reference 9: the article has none"),
        (
            [lakes("a.md"), lakes("b.md", "Water is wet.")],
            "there is no reference 9: a.md has 4, numbered 1-3, 5; b.md has none",
        ),
    ],
)
def test_unknown_number(documents, message):
    """The error for an unknown number lists the numbers there are."""
    with pytest.raises(ChatbotError) as caught:
        lookups.entries_numbered(documents, 9)
    assert str(caught.value) == message


def test_a_number_of_two_lists():
    """Each list's entry with the number is found, with its chapter and the sentences that mean it."""
    found = lookups.entries_numbered([lakes(text=TWO_LISTS)], 1)
    shown = [(item.entry.text, item.entry.chapter, [quote.text for quote in item.quotes]) for item in found]
    assert shown == [
        ("Brook C. Colour. 1998.", "Bees", ["Bees see light [1]."]),
        ("Lund K. Leaves. 2011.", "Ants", ["Ants carry leaves [1]."]),
    ]
    assert [item.to_dict()["section"] for item in found] == ["Bees", "Ants"]


def test_a_note_by_its_label():
    """A label finds its note with the sentences that have its mark; other words are no number."""
    document = lakes(text="# Bees\n\nBees hum.[a] They see.\n\n## Notes\n\na. Not all do.\n")
    (found,) = lookups.entries_named([document], "[a]")
    assert (found.entry.text, [quote.text for quote in found.quotes]) == ("Not all do.", ["Bees hum.[a]"])
    assert [item["label"] for item in lookups.cited_listing([found])["notes"]] == ["a"]
    with pytest.raises(UsageError, match="is not a reference number"):
        lookups.entries_named([document], "b")


def test_search_results_have_ids():
    """The id of a passage has its document's name and its position in the collection."""
    documents = lakes("a.md"), lakes("b.md", "# Rivers\n\nThe river is wide.\n")
    asked = Chatbot(documents)
    results = lookups.search_results(asked.search("river", 5), asked)
    assert [result.id for result in results] == ["b.md#3", "a.md#0"]
