"""The outline and the report of an article as text."""

from support.articles import LAKES, lakes

from chatbot.inspection.article_report import Excerpt, examine
from chatbot.terminal.article_report import article_report, outline
from chatbot.terminal.text import Page, plain


def test_sections():
    """Headings are indented by level; an article without any says so."""
    assert plain(outline(lakes(), Page())).startswith("Lakes\n  Depth\n  Fish\n")
    assert plain(outline(lakes(text="Water is wet."), Page())) == "The article has no headings.\n"


def test_check():
    """The report says what was understood, and what looks wrong."""
    text = LAKES.replace("Perch live here.", "Perch live here [7] (8).")
    report = examine(lakes(text=text))
    assert report.unresolved == (Excerpt(11, "[7]"),)
    assert report.uncited == (5,)
    assert report.gaps == (4,)
    assert report.repeated == ()
    assert report.to_dict()["markers_without_entry"] == [{"line": 11, "text": "[7]"}]
    shown = plain(article_report(report, Page()))
    assert "Citations without an entry  [7] in line 11\n" in shown
    assert "References                  4, numbered 1-3, 5\n" in shown
    assert "    Depth · 4\n" in shown


def test_check_of_bare_text():
    """A text without title, headings or references has an empty report, not an error."""
    report = examine(lakes(text="Water is wet (1)."))
    assert report.to_dict()["title"] is None
    assert report.to_dict()["references"] == []
    shown = plain(article_report(report, Page()))
    assert "Title                       none found\n" in shown
    assert "References                  0\n" in shown
    assert "  (without a heading) · 1\n" in shown


def test_the_outline_of_boxes():
    """A heading is listed once, also if its text goes on behind a box; however deep, it is indented little."""
    text = "# A\n\n<details><summary>B</summary>\n\nOne.\n\n</details>\n\nTwo.\n"
    assert plain(outline(lakes(text=text), Page())) == "A\n            B\n"
