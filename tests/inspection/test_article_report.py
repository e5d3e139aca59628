"""The report on an article: citations without an entry, and text that cannot be quoted."""

import pytest
from support.articles import TWO_LISTS

from chatbot.documents.parser import parse
from chatbot.inspection.article_report import Excerpt, examine

LIST = "\n\n## References\n\n[1] Smith, A. Depths. 1990.\n[2] Doe, B. Lakes. 1991.\n[3] Roe, C. Seas. 1992.\n"
ROUND = LIST.replace("[", "(").replace("]", ")")


@pytest.mark.parametrize(
    ("text", "entries", "unresolved"),
    [
        ("It is deep [1], wide [7] and old [2].", LIST, ["[7]"]),
        ("It is deep [1]–[3] and old [2].", LIST, []),
        ("It is deep [1] and old [2] (9).", LIST, []),
        ("It is deep (1), old (2), 35 (28–40) metres and 42% (27) full (8).", ROUND, ["(8)"]),
        ("It is deep (3). It has (1) fish, (2) birds, and (3) mud.", ROUND, []),
    ],
)
def test_citations_without_an_entry(text, entries, unresolved):
    """Only what is printed like the article's own citations counts: no ends of a range, no figures, no enumerations."""
    found = examine(parse(f"# Lake\n\n{text}{entries}", "a.md"))
    assert [item.text for item in found.unresolved] == unresolved


@pytest.mark.parametrize("form", ["[{}] ", "{}. ", "[^{}]: ", "- [{}] "])
def test_all_of_a_usual_article_is_read(form):
    """Rules, bullets, heading marks and the numbers of entries do not count as text that cannot be quoted."""
    entries = "\n".join(f"{form.format(i)}Smith, A. Depths of lakes. 199{i}." for i in (1, 2, 3))
    text = f"Lake\n====\n\n* one [1]\n* two\n\n---\n\n> It **is** so.\n\n```\ncode()\n```\n\n## References\n\n{entries}"
    report = examine(parse(text, "a.md"))
    assert report.unread == ()
    assert report.numbers == [1, 2, 3]


def test_text_that_cannot_be_quoted():
    """Text that cannot be quoted is reported with its line."""
    report = examine(
        parse("# Lake\n\nIt is deep [1].\n\n## References\n\n## References\n\n[1] Smith, A. Depths. 1990.\n", "a.md")
    )
    assert report.unread == (Excerpt(7, "## References"),)
    assert not report.faultless
    assert report.to_dict()["unread"] == [{"line": 7, "text": "## References"}]


def test_several_lists_are_reported_apart():
    """What is missing, uncited or without an entry is so in the list of its own chapter."""
    report = examine(parse(TWO_LISTS.replace("warm [2]", "warm [3]"), "a.md"))
    assert report.lists() == {"Bees": [1, 2], "Ants": [1, 3]}
    assert [item.text for item in report.unresolved] == ["[3]"]
    assert (report.uncited, report.gaps, report.repeated) == ((2,), (2,), ())


def test_marks_without_a_note():
    """Marks that are no numbers are reported where the article does not say what they mean."""
    text = "# Bees\n\nBees hum.[a] They see.[b] They dance[^x].\n\n## Notes\n\na. Not all do.\n"
    report = examine(parse(text, "a.md"))
    assert [item.text for item in report.unresolved] == ["[b]", "[^x]"]
    assert (report.markers, report.to_dict()["notes"], report.unread) == (1, ["a"], ())
