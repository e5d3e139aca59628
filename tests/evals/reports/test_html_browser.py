"""The report as people see it: in Debian's Chromium, driven by Playwright."""

from datetime import datetime, timezone

import pytest
from playwright.sync_api import expect
from support.browser import AXE, launched
from support.report_fakes import EVERYTHING, FINE, HOSTILE, MEAN, flipped, report

from chatbot.evals.reports.html import render
from chatbot.evals.run.provenance import Provenance
from chatbot.evals.run.results import View

pytestmark = pytest.mark.slow

LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True},
}
MADE = Provenance(
    datetime(2026, 11, 28, tzinfo=timezone.utc),
    (("chatbot", "1.2"), ("Python", "3.11")),
    ("x" * 90, "b.md"),
    "words only",
)
RUNS = {"everything": EVERYTHING, "fine": FINE, "hostile": MEAN}


@pytest.fixture(scope="module")
def chromium():
    """A browser."""
    with launched() as browser:
        yield browser


@pytest.fixture
def opened(chromium, tmp_path):
    """Opens a report; it may fetch nothing, say nothing on the console and open no dialog."""
    troubles, contexts = [], []

    def open_(made, view=None, **options):
        path = tmp_path / "report.html"
        path.write_text(render(made, view or View(explain=True)), encoding="utf-8")
        contexts.append(chromium.new_context(**options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: (troubles.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or troubles.append(asked.url))
        page.goto(path.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("outcomes", RUNS.values(), ids=RUNS)
def test_everyone_can_use_it(opened, outcomes, look):
    """axe-core finds nothing to complain of, best practices included, with everything unfolded."""
    if not AXE.exists():
        pytest.skip("there is no axe-core: .ci/run has the lines that fetch it")
    page = opened(report(outcomes, flipped(outcomes)), bypass_csp=True, **look)
    page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found["violations"]] == []


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_it_fits_its_window(opened, look):
    """Nothing but the tables is scrolled sideways, also where a text has no place to be broken at."""
    wide = [*EVERYTHING, *MEAN]
    page = opened(report(wide, flipped(wide), name="x" * 300), **look)
    page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_styles_are_let_in(opened):
    """Their hash is that of the policy."""
    page = opened(report())
    assert page.evaluate("getComputedStyle(document.querySelector('.glance')).display") == "grid"


def test_hostile_texts_are_read_as_they_were_asked(opened):
    """And run nothing."""
    page = opened(report(MEAN, flipped(MEAN)))
    expect(page.locator(".turn .question").first).to_contain_text(HOSTILE.partition("\x00")[0].strip())
    assert page.locator("script").count() == 1  # the page's own


def test_a_link_to_a_folded_turn_unfolds_it(opened):
    """The changes lead to turns that are right, too."""
    page = opened(report(EVERYTHING, flipped()))
    page.get_by_role("link", name="far-1#1").click()
    expect(page.locator("details.right", has_text="far-1").locator("> summary")).to_be_in_viewport()


@pytest.mark.parametrize("outcomes", RUNS.values(), ids=RUNS)
def test_nothing_is_beyond_the_edge_of_a_phone(opened, outcomes):
    """No table has to be scrolled sideways either; the contents and the filter are in several rows."""
    page = opened(
        report(outcomes, flipped(outcomes), made=MADE), viewport={"width": 390, "height": 844}, is_mobile=True
    )
    page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    wide = "[...document.querySelectorAll('.scroll, nav, form')].filter((box) => box.scrollWidth > box.clientWidth)"
    assert page.evaluate(f"{wide}.map((box) => box.ariaLabel)") == []
    beyond = "[...document.querySelectorAll('main *, header *')].filter((e) => e.getBoundingClientRect().right > 391)"
    hidden = ".filter((e) => !e.closest('.unseen, [popover], svg'))"
    assert page.evaluate(f"{beyond}{hidden}.map((e) => e.outerHTML.slice(0, 99))") == []


def test_turns_are_searched_and_filtered(opened):
    """Words, a cell of the two-by-two table and a tag narrow the turns; groups without any are hidden."""
    page = opened(report())
    form, shown = page.get_by_role("search"), page.locator("[data-cell]:visible")
    form.get_by_role("searchbox").fill("YEAST minutes")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("too many quotes")
    expect(form.locator("output")).to_have_text("1 of 12 turns")
    expect(page.locator(".group:visible")).to_have_count(1)
    form.get_by_role("searchbox").fill("")
    form.get_by_label("Answered or abstained").select_option("unanswerable, abstained")
    expect(shown).to_have_count(1)  # a right turn, in the list that was folded
    expect(shown).to_contain_text("Who invented bread?")
    form.get_by_label("Answered or abstained").select_option("")
    form.get_by_label("Tag", exact=True).select_option("followup")
    expect(shown).to_have_count(3)


def test_hostile_tags_are_filtered_by(opened):
    """A tag may have any characters."""
    page = opened(report(MEAN))
    page.get_by_label("Tag", exact=True).select_option(index=1)
    expect(page.locator("form output")).to_have_text("1 of 3 turns")


def test_a_link_to_a_turn_that_is_filtered_out(opened):
    """It takes the filter back, and leads there."""
    page = opened(report())
    page.get_by_role("searchbox").fill("nothing has this")
    page.get_by_role("link", name="9, answerable, answered").click()
    page.get_by_role("link", name="much#1").click()
    expect(page.locator(".turn", has_text="too many quotes")).to_be_in_viewport()


def test_a_cell_leads_to_its_turns(opened):
    """The number opens the list of its turns, without a script too."""
    page = opened(report(), java_script_enabled=False)
    page.get_by_role("link", name="1, unanswerable, answered").click()
    page.get_by_role("link", name="open#1").click()
    expect(page.locator(".turn", has_text="Who invented bread?")).to_be_in_viewport()
    expect(page.locator("form")).to_be_hidden()


def test_a_figure_is_explained_at_its_name(opened):
    """Its name is a button that shows what it is, without a script too, and Escape closes it."""
    page = opened(report(), java_script_enabled=False)
    page.get_by_role("button", name="right").first.click()
    explanation = page.locator("[popover]:visible")
    expect(explanation).to_have_count(1)
    expect(explanation).to_contain_text("Share of the answerable turns answered correctly. Higher is better.")
    page.keyboard.press("Escape")
    expect(explanation).to_have_count(0)
