"""The report as people see it: in Debian's Chromium, driven by Playwright."""

import pytest
from playwright.sync_api import expect
from support.browser import AXE, launched
from support.report_fakes import EVERYTHING, FINE, HOSTILE, MEAN, flipped, report

from chatbot.evals.reports.html import render
from chatbot.evals.run.results import View

pytestmark = pytest.mark.slow

LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True},
}
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
    assert page.locator("script").count() == 0


def test_a_link_to_a_folded_turn_unfolds_it(opened):
    """The changes lead to turns that are right, too."""
    page = opened(report(EVERYTHING, flipped()))
    page.get_by_role("link", name="far-1#1").click()
    expect(page.locator("details.right", has_text="far-1").locator("> summary")).to_be_in_viewport()
