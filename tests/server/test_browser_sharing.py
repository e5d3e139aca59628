"""What people take away from the page, in a real browser: citations, links, exports; and the questions it offers."""

import json
import re

import pytest
from playwright.sync_api import expect
from support.pages import CELLS, CITED, REFUSED, ask, in_view, ready, running, turn

from chatbot import Chatbot

pytestmark = pytest.mark.slow

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
NO_BREAK = "\N{NO-BREAK SPACE}"  # the article has some, which Playwright's own texts have not
CASTRO = "Castro G. A., Arntzen C. J. Immunophysiology of the gut"


def copied(page, answer, item):
    """What a line of the menu "Copy" of an answer puts on the clipboard."""
    answer.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()
    status = page.get_by_role("status").last
    expect(status).to_have_text("Copied.")
    page.evaluate("document.getElementById('status').textContent = ''")
    return page.evaluate("navigator.clipboard.readText()").replace(NO_BREAK, " ")


def test_copy_with_citation(browsing, site):
    """A quote is copied with where it stands and what it cites, plain, as Markdown and for reference managers."""
    page = ready(browsing.open(site, **CLIPBOARD))
    answer = ask(page, CELLS)
    plain = copied(page, answer, "With citation")
    place = "The Gut is the Most Important Defense Organ, Leaky Gut and Immune System"
    assert plain.startswith(f"“{CITED}”\n— {place}\n\n")
    assert f"[3] {CASTRO}" in plain
    markdown = copied(page, answer, "As Markdown")
    assert markdown.startswith(f"> {CITED}\n>\n> — The Gut is")
    assert f"\n\n- [3] {CASTRO}" in markdown
    bibtex = copied(page, answer, "References as BibTeX")
    assert bibtex.startswith("@misc{leaky-gut-and-immune-system-3,\n  year = {1993},\n")
    assert bibtex.count("@misc") == 1
    assert copied(page, answer, "References as RIS").startswith("TY  - GEN\nID  - leaky-gut-and-immune-system-3\n")
    (csl,) = json.loads(copied(page, answer, "References as CSL-JSON"))
    assert (csl["id"], csl["issued"]) == ("leaky-gut-and-immune-system-3", {"date-parts": [[1993]]})


def test_a_link_to_a_quote(browsing, site):
    """A link asks the same question and marks the quote for whoever opens it."""
    page = ready(browsing.open(site, **CLIPBOARD))
    link = copied(page, ask(page, CELLS), "Link to this quote")
    assert re.fullmatch(rf"{site}/#q=What\+percentage.*&s=\d+-\d+&d=.*\.txt", link)
    other = ready(browsing.open(link, viewport={"width": 1280, "height": 400}))
    expect(turn(other, 0).locator("blockquote")).to_have_text(CITED)
    expect(other.locator("#text mark")).to_have_text(CITED)
    in_view(other.locator("#text mark"))


def test_a_fragment_for_a_web_page(browsing, tmp_path):
    """For a web page there is the part of an address that makes a browser scroll to the words."""
    article = tmp_path / "bees.html"
    article.write_text(
        "<h1>Bees</h1><p>A hive holds about 50,000 bees in a warm summer by the lake.</p>", encoding="utf-8"
    )
    with running(Chatbot.open(article)) as address:
        page = ready(browsing.open(address, **CLIPBOARD))
        answer = ask(page, "How many bees does a hive hold?")
        fragment = copied(page, answer, "Text fragment for the web page")
        assert fragment == "#:~:text=A%20hive%20holds%20about,summer%20by%20the%20lake."


def test_export(browsing, site, tmp_path):
    """The conversation is saved as Markdown or JSON, once there is one."""
    page = ready(browsing.open(site))
    expect(page.get_by_role("button", name="Export")).to_be_hidden()
    ask(page, CELLS)
    ask(page, REFUSED)
    for name in ("Markdown", "JSON"):
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name=name).click()
        download.value.save_as(tmp_path / name)
    text = (tmp_path / "Markdown").read_text(encoding="utf-8").replace(NO_BREAK, " ")
    assert text.startswith(f"# Leaky Gut and Immune System\n\n## {CELLS}\n\n> {CITED}\n\n- [3] {CASTRO}")
    assert text.endswith(f"## {REFUSED}\n\nThe article does not say.\n")
    turns = json.loads((tmp_path / "JSON").read_text(encoding="utf-8"))
    assert [one["question"] for one in turns] == [CELLS, REFUSED]
    assert turns[0]["reply"]["quotes"][0]["text"].replace(NO_BREAK, " ") == CITED


def test_the_first_screen(browsing, site):
    """It says in a sentence what it does, offers real questions that are answered, and has small print at the box."""
    page = ready(browsing.open(site))
    expect(page.locator(".promise")).to_contain_text("in the article’s own words, with the article’s own references")
    expect(page.locator("form #small-print")).to_contain_text("Not advice on your own case")
    questions = page.locator(".welcome .suggestion").all_inner_texts()
    assert questions == [
        "What is leaky gut?",
        "Is the gut the most important defense organ?",
        "Why can the intestinal mucosa absorb nutrients efficiently?",
    ]
    for number, question in enumerate(questions):
        page.locator(".welcome").get_by_role("button", name=question).click()
        expect(turn(page, number).locator("figure.quote").first).to_be_visible()


def test_completion(browsing, site):
    """Known questions complete what is typed; keys choose one, Escape closes the list, and Enter asks."""
    page = ready(browsing.open(site))
    box, listed = page.get_by_label("Your question"), page.get_by_role("listbox", name="Known questions")
    box.press_sequentially("leaky g")
    expect(listed.get_by_role("option").filter(has_text="What is leaky gut?")).to_be_visible()
    expect(page.get_by_role("status").last).to_contain_text("known questions")
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    expect(box).to_have_value("leaky g")
    page.keyboard.type("u")
    page.keyboard.press("ArrowDown")
    chosen = listed.get_by_role("option", selected=True)
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    question = chosen.inner_text()
    page.keyboard.press("Enter")
    expect(turn(page, 0).locator("h2")).to_contain_text(question)
    expect(turn(page, 0).locator("figure.quote").first).to_be_visible()
    box.press_sequentially("zebra")
    expect(listed).to_be_hidden()


def test_a_refusal_offers_three_that_are_answered(browsing, site):
    """A refusal says what is missing, shows the closest passage with its heading once, and three answered questions."""
    page = ready(browsing.open(site))
    refusal = ask(page, "How much gluten is in the gut of a small child?")
    expect(refusal.locator(".lacks")).to_contain_text("‘gluten’")
    near = refusal.locator("figure.near").first
    expect(near).to_be_visible()
    heading = near.locator(".place").inner_text().partition(":")[0]
    assert near.inner_text().count(heading) == 1
    offered = refusal.locator(".suggestion")
    expect(offered).to_have_count(3)
    for number, question in enumerate(offered.all_inner_texts(), 1):
        expect(ask(page, question).locator("figure.quote").first).to_be_visible()
        assert page.locator("article.turn").count() == number + 1
