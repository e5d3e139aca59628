"""The report as a page: complete, in order, and safe whatever was asked."""

import re
from base64 import b64encode
from datetime import datetime, timezone
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.eval_fakes import span, turn
from support.report_fakes import FINE, HOSTILE, MEAN, flipped, outcome, report, silent

from chatbot.evals.cases.gold_text import folded
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.metrics.registry import KNOWN
from chatbot.evals.reports.gold_pieces import split_at_gold
from chatbot.evals.reports.html import render
from chatbot.evals.run.provenance import Provenance
from chatbot.evals.run.results import View

GOLD = {
    "once": ("Salt slows the yeast.", ["the yeast"], "Salt slows [the yeast]."),
    "twice": ("salt and salt", ["salt"], "[salt] and [salt]"),
    "other typography": ("a “leaky\u00a0gut” – so", ['"leaky gut" - so'], "a [“leaky\u00a0gut” – so]"),
    "other spaces": ("a  b\n c", ["b c"], "a  [b\n c]"),
    "overlapping": ("abcd", ["abc", "bcd"], "[abcd]"),
    "one inside another": ("the immune cells (3)", ["immune cells", "immune"], "the [immune cells] (3)"),
    "spaces without width": ("so\u200blid", ["solid"], "[so\u200blid]"),
    "not there": ("Salt.", ["Sugar"], "Salt."),
    "another case": ("Salt.", ["salt"], "Salt."),
    "nothing to find": ("Salt.", ["", "  "], "Salt."),
}
VOID = {"meta", "link", "input"}
TAGS = {
    *("html", "head", "meta", "title", "link", "style", "body", "header", "nav", "main", "section", "article"),
    *("h1", "h2", "h3", "h4", "p", "span", "strong", "code", "a", "ul", "ol", "li", "dl", "dt", "dd", "div", "table"),
    *("caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "blockquote", "mark", "figure", "svg"),
    *(
        "desc",
        "line",
        "circle",
        "path",
        "text",
        "button",
        "form",
        "input",
        "select",
        "option",
        "output",
        "script",
        "time",
    ),
}


def words(text):
    """A text with single spaces, as a browser shows it."""
    return " ".join(text.split())


class Page(HTMLParser):
    """What a browser makes of a page: its elements, each with its text."""

    def __init__(self, text):
        super().__init__()
        self.elements: list[Any] = []
        self._open: list[Any] = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag, attrs):
        """An element begins."""
        found = {"tag": tag, "text": "", **dict(attrs)}
        self.elements.append(found)
        if tag not in VOID:
            self._open.append(found)

    def handle_endtag(self, tag):
        """It ends, and is the one that was open."""
        assert self._open.pop()["tag"] == tag

    def handle_data(self, data):
        """Text, of all that are open."""
        for found in self._open:
            found["text"] += data

    def all(self, tag, **attributes):
        """The texts of the elements of a kind."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [words(e["text"]) for e in self.elements if e["tag"] == tag and wanted.items() <= e.items()]


def page(*args, view=None, **fields):
    """The page of a run."""
    return Page(render(report(*args, **fields), view or View()))


def test_the_verdict_comes_first_and_says_why():
    """The title has the verdict too; the bounds follow, missed ones first."""
    made = page()
    assert made.all("title")[0] == "Failed: set.jsonl"
    why = "citations is 80 %; at least 100 % wanted 1 altered quote; 0 allowed 1 error; 0 allowed"
    assert made.all("div", class_="verdict failed") == [
        f"✗ Failed {why}".replace(" wanted ", " wanted").replace("allowed 1", "allowed1")
    ]
    assert [cell for cell in made.all("td") if cell.startswith(("✓", "✗"))] == ["✗ missed"] * 3 + ["✓ kept"]
    assert page(FINE).all("div", class_="verdict passed") == ["✓ Passed all 4 bounds are kept"]


def test_where_the_run_comes_from():
    """The head has the date in UTC, the versions, the documents and the mode; of many documents it names five."""
    date = datetime(2026, 11, 28, 17, 5, tzinfo=timezone.utc)
    made = Provenance(date, (("chatbot", "1.2"), ("Python", "3.11")), tuple(f"{i}.md" for i in range(7)), "words only")
    (shown,) = page(made=made).all("dl", class_="made")
    assert shown == (
        "Date28 November 2026, 17:05 UTC Versionschatbot 1.2, Python 3.11 "
        "Documents0.md, 1.md, 2.md, 3.md, 4.md and 2 more Modewords only, answers from a confidence of 60 %"
    )
    assert not page().all("dl", class_="made")


def test_the_contents_lead_to_every_part():
    """The links are in the order of the page, and every link has its target."""
    made = page(before=flipped())
    links = [e["href"] for e in made.elements if e["tag"] == "a"][:7]
    assert links == ["#turns", "#since", "#threshold", "#bounds", "#figures", "#tags", "#right"]
    ids = [e["id"] for e in made.elements if "id" in e]
    assert len(ids) == len(set(ids))
    assert {e["href"][1:] for e in made.elements if e["tag"] == "a"} <= set(ids)


def test_a_change_leads_to_its_turn():
    """Broken turns come first, and their names are links."""
    made = page(before=flipped())
    changes = [text for text in made.all("li") if "→" in text]
    assert changes[0] == "✗ broken salt-1#2 right → wrong sentence And 1?"
    assert changes[-1] == "✓ mended far-1#1 missed → right Who invented bread?"
    link = next(e["href"][1:] for e in made.elements if e["tag"] == "a" and e["text"] == "salt-1#2")
    (card,) = made.all("article", id=link)
    assert card.startswith("salt-1, turn 2wrong sentencefollowup")


def test_figures_have_intervals_baselines_and_descriptions():
    """Every row has a description, an interval and the baselines."""
    (row,) = (text for text in page().all("tr") if text.startswith("abstained share"))
    assert row == "abstained share of the unanswerable turns refused 50 % 9.5 to 90.5 % 2 100 % -"
    assert all(metric.description for metric in KNOWN.values())


def test_the_plot_has_the_same_values_in_a_table():
    """The row of the threshold in use is marked."""
    made = page()
    assert len(made.all("svg", class_="plot")) == 1
    assert [row for row in made.all("tr") if "(in use)" in row] == ["60 % (in use) 83.3 %50 %50 %50 %"]


def test_a_turn_shows_what_was_expected_and_what_was_quoted():
    """Gold is marked in the quotes; earlier questions and the place of the case are shown."""
    made = page()
    (card,) = (text for text in made.all("article") if text.startswith("salt-1, turn 3"))
    assert "Why?Why? And 2?" in card
    assert "expected salt quoted Bread rises" in card
    assert "confidence 75 % evals/set.jsonl:" in card
    assert "yeast makes gas" in made.all("mark")
    assert made.all("p", class_="error") == ["ValueError: out of yeast"]
    assert "expected Nothing: the article does not answer this quoted" in "".join(made.all("article"))


def test_turns_to_look_at_come_first():
    """Faults that mislead come before those that lack something; each heading has the number of its turns."""
    headings = page().all("h3")
    assert headings == [
        "error 1",
        "altered quote 1",
        "should have abstained 1",
        "wrong sentence 1",
        "citation 1",
        "too many quotes 1",
        "missed 1",
        "not retrieved 1",
    ]
    assert page(before=flipped()).all("h3") == ["broken since the baseline 8"]


def test_the_most_confident_mistake_comes_first():
    """In a group, what the program was most sure of is first."""
    runs = [
        outcome(name, Reason.WRONG_SENTENCE, confidence=sure) for name, sure in (("a", 0.5), ("b", 0.9), ("c", 0.7))
    ]
    assert [card.partition("wrong")[0] for card in page(runs).all("article")] == ["b", "c", "a"]


def test_cells_lead_to_their_turns():
    """Each number of the two-by-two table is a link to a list of its turns, which are links to the turns."""
    made = page()
    links = {e["aria-label"]: e["href"][1:] for e in made.elements if e["tag"] == "a" and "aria-label" in e}
    assert list(links) == [
        "9, answerable, answered",
        "1, answerable, abstained",
        "1, unanswerable, answered",
        "1, unanswerable, abstained",
    ]
    (listed,) = made.all("ul", id=links["1, unanswerable, answered"])
    assert listed == "open#1 Who invented bread?"
    assert "aria-label" not in str([e for e in page(view=View(brief=True)).elements if e["tag"] == "a"])


def test_figures_are_explained_where_they_are_named():
    """The name of a figure is a button that opens its explanation, in every table; the explanations are on the page."""
    made = page(before=flipped())
    targets = {e["popovertarget"]: words(e["text"]) for e in made.elements if e["tag"] == "button"}
    explained = {e["id"]: words(e["text"]) for e in made.elements if "popover" in e}
    assert targets.keys() == explained.keys()
    assert all(explained[anchor].startswith(name) for anchor, name in targets.items())
    (right,) = (anchor for anchor, name in targets.items() if name == "right")
    assert explained[right] == (
        "right Share of the answerable turns answered correctly. Higher is better. Bound: at least 50 %."
    )
    assert "Lower is better" in explained[next(anchor for anchor, name in targets.items() if name == "shown")]


def test_what_is_right_is_folded_away():
    """Right turns are left out if only failing ones are asked for."""
    made = page()
    assert len(made.all("details", class_="right")) == 4
    assert not page(view=View(only_failing=True)).all("details", class_="right")
    assert page(FINE).all("section")[0].endswith("None: every turn is right, and so are its citations.")


def test_explained_turns_have_their_evidence():
    """They also show how the question was understood."""
    made = page(view=View(explain=True))
    assert "covered +1.500" in made.all("li")
    assert "understood as why rise" in made.all("p")
    assert "covered" not in render(report(), View())


def test_times_are_shown_on_request_only():
    """Times differ between runs."""
    assert "median" in render(report(), View(timings=True))
    assert "median" not in render(report(), View())
    assert "median" not in render(report(latency=None), View(timings=True))


def test_a_brief_view_has_no_turns():
    """The question set can stay unseen."""
    made = page(before=flipped(), view=View(brief=True))
    assert not made.all("article")
    assert not made.all("blockquote")
    assert "8 broken" in "".join(made.all("section"))


def test_runs_that_lack_something_have_a_page():
    """The run has no answered case, no curve, no threshold, no tags, and no values for some figures."""
    made = page([silent("s", tags=())], curve=(), threshold=None, left_out=("x: <b>",), name="")
    assert "no such turns" in "".join(made.all("dl"))
    assert not made.all("figure")
    assert made.all("summary")[0] == "1 case left out"
    assert "right could not be measured; at least 50 % wanted" in made.all("div", class_="verdict failed")[0]


@pytest.mark.parametrize("view", [View(explain=True, timings=True), View(brief=True)], ids=str)
def test_hostile_texts_stay_text(view):
    """They add no element and no attribute, and every element is closed in its place."""
    made = page(MEAN, flipped(MEAN), name=HOSTILE, left_out=(HOSTILE,), view=view)
    assert {element["tag"] for element in made.elements} <= TAGS
    names = {name for element in made.elements for name in element}
    assert not [name for name in names if name.startswith("on") or name in ("src", "style")]
    for element in made.elements:
        assert element.get("href", "#").startswith(("#", "data:image/svg+xml,"))


def test_only_the_own_styles_and_script_are_allowed():
    """The content security policy allows nothing else, by their hashes; the page has no address of another site."""
    text = render(report(), View())
    (policy,) = (e["content"] for e in Page(text).elements if e.get("http-equiv") == "Content-Security-Policy")
    made = Page(text)
    for tag in ("style", "script"):
        (own,) = (e["text"] for e in made.elements if e["tag"] == tag)
        hashed = b64encode(sha256(own.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{hashed}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.findall(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)\w", text)


def test_names_of_cases_are_no_anchors():
    """A case may have any name, even one like an anchor of the page."""
    made = page([outcome("bounds"), outcome("turn-1", question="x")])
    assert [e["id"] for e in made.elements if e.get("class") == "right"] == ["turn-1", "turn-2"]


def test_all_that_would_have_been_right_is_shown():
    """The other strings of a group, required texts, and accepted positions are shown."""
    asked = turn(("salt", "yeast", "rye"), must_contain=("gas",), accept_spans=(span("Salt"),), smalltalk=False)
    made = page([outcome("b", Reason.MISSED, turn=asked)])
    (card,) = made.all("article")
    assert "expected salt or 2 others yeastrye or the text at the positions that the case accepts" in card
    assert "with gas" in made.all("p")
    assert "Small talk" in page([outcome(turn=turn(question="Hi", smalltalk=True))]).all("p")


@pytest.mark.parametrize(("text", "strings", "expected"), GOLD.values(), ids=GOLD)
def test_gold_is_found_in_a_quote(text, strings, expected):
    """By the rules by which the judge compares texts."""
    pieces = split_at_gold(text, strings)
    assert "".join(f"[{piece.text}]" if piece.is_gold else piece.text for piece in pieces) == expected


@given(st.text("ab \n“-–'\u200b"), st.lists(st.text("ab “\"-'", max_size=3)))
def test_a_quote_in_pieces_is_the_quote(text, strings):
    """It has a piece of gold if one of the strings occurs in the folded text."""
    pieces = split_at_gold(text, strings)
    assert "".join(piece.text for piece in pieces) == text
    expected = any(folded(string) and folded(string) in folded(text) for string in strings)
    assert any(piece.is_gold for piece in pieces) == expected


def test_invisible_characters_are_not_written():
    """A page shows what there is to see."""
    made = page([outcome("b", Reason.MISSED, quotes=("yeast makes\u200b gas\x00",))])
    assert made.all("blockquote") == ["yeast makes gas␀"]
