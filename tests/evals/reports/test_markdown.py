"""GitHub's Markdown: in the order of what matters, and safe whatever was asked."""

import pytest
from markdown_it import MarkdownIt
from support.report_fakes import EVERYTHING, FINE, HOSTILE, MEAN, flipped, outcome, report

from chatbot.evals.metrics.judge import Reason
from chatbot.evals.reports.markdown import LIMIT, code, render, summary
from chatbot.evals.run.results import View

MANY = [outcome(f"m-{i}", Reason.MISSED, "Why? " * 100) for i in range(200)]


def tokens(text):
    """All that a reader of GitHub's Markdown sees in a text; bare addresses are read as links, as GitHub does."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        yield token
        yield from token.children or ()


def test_the_verdict_comes_first():
    """The number of cases and turns follows."""
    lines = render(report(), View()).splitlines()
    assert lines[0] == "## ❌ Failed: `set.jsonl`"
    assert lines[2] == "10 cases, 12 turns (10 answerable, 2 unanswerable, 0 small talk)"
    assert render(report(FINE), View()).startswith("## ✅ Passed")


def test_the_order_is_that_of_what_matters():
    """Changes, missed bounds, figures, turns."""
    text = render(report(before=flipped()), View())
    places = [
        text.index(part) for part in ("### Since", "### Missed bounds", "### Figures", "| answerable |", "<details>")
    ]
    assert places == sorted(places)


def test_what_broke_is_first_among_the_changes():
    """Each change has the results before and now."""
    changes = [line for line in render(report(before=flipped()), View()).splitlines() if " → " in line]
    assert changes[0] == "- ❌ broken: `salt-1#2` right → wrong sentence: `And 1?`"
    assert changes[-1] == "- ✅ mended: `far-1#1` missed → right: `Who invented bread?`"


def test_only_missed_bounds_are_listed():
    """Bounds that are kept need no attention."""
    text = render(report(), View())
    assert "- citations is 0.800; at least 1 wanted\n" in text
    assert "right 0.500 is" not in text
    assert "bounds" not in render(report(FINE), View())


def test_figures_have_intervals_and_baselines():
    """Each row has the interval, the number of turns and the baselines."""
    text = render(report(), View())
    assert "|  | program | 95 % interval | of | abstain | rank-bm25 |" in text
    assert "| `abstained` | 0.500 | 0.095 to 0.905 | 2 | 1.000 | - |" in text


def test_a_turn_stands_in_its_own_block():
    """It has the lines of the text report."""
    assert "<pre>missed: salt-1 turn 3 (followup) confidence 0.75\n  at     evals/set.jsonl:" in render(
        report(), View()
    )
    assert "why    covered +1.500" in render(report(), View(explain=True))


@pytest.mark.parametrize("text", ["a", "`", "``a`", " ", "", "a`` ` ```b", "| \\| ``|", HOSTILE])
def test_a_code_span_holds_any_text(text):
    """The whole line is one span."""
    inside = MarkdownIt("commonmark").parseInline(code(text))[0].children
    assert [token.type for token in inside or ()] == ["code_inline"]


def test_hostile_questions_stay_text():
    """They become no link, image, emphasis or HTML, and end none of our blocks."""
    ours = ("<pre>", "<details>", "</details>")
    seen = list(tokens(render(report(MEAN, flipped(MEAN), name=HOSTILE, left_out=(HOSTILE,)), View(explain=True))))
    allowed = {"text", "code_inline", "inline", "html_block", "softbreak", "em_open", "em_close"}
    blocks = ("paragraph", "heading", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td")
    allowed |= {f"{name}_{side}" for name in blocks for side in ("open", "close")}
    assert {token.type for token in seen} <= allowed
    for token in seen:
        if token.type == "html_block":
            assert token.content.startswith(ours)
            assert token.content.count("<pre>") == token.content.count("</pre>")
            assert "<script" not in token.content
        if token.type == "text":
            assert not [word for word in ("@everyone", "evil", "#1", ":bomb:", "alert") if word in token.content]


def test_it_is_cut_to_what_github_shows():
    """The number of turns and changes left out is given."""
    assert len(render(report(MANY * 40, MANY), View()).encode()) < LIMIT
    small = summary(report(MANY, flipped(MANY)), View(), 60_000)
    assert len(small.encode()) < 60_000
    assert small.endswith(" more turns left out for lack of space._\n\n</details>")
    assert " more changes left out for lack of space._" in small


def test_a_brief_view_counts_changes_and_shows_none():
    """The question set can stay unseen."""
    text = render(report(before=flipped()), View(brief=True))
    assert "Of 12 turns in both: 8 broken, 4 mended, 0 new, 0 gone." in text
    assert "→" not in text
    assert "<details>" not in text


def test_cases_left_out_are_named():
    """They count in no figure."""
    assert "\n- left out: `x: no gold`\n" in render(report(EVERYTHING, left_out=("x: no gold",)), View())
