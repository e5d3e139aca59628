"""The article on the page, in a real browser: rendered, with citations to press, an outline, marks, a border."""

import re

import pytest
from playwright.sync_api import expect
from support.pages import CELLS, CITED, DARK, PHONE, STILL, ask, complaints, in_view, ready, running

from chatbot import Chatbot

pytestmark = pytest.mark.slow

GUIDE = """# Beehives

Bees live in **hives** of *wood*, see `hive --help` and [the guide](https://example.org/guide) [1][2].

## Setting up

1. Choose a dry place.
2. Put the hive on two stones.

```sh
hive --set-up  # ten minutes
```

> Never open a hive in the rain.

| Month | Bees |
|:------|-----:|
| May   | 20,000 |
| July  | 50,000 |

## Care

### Winter

A hive needs 15 kg of honey for the winter [2]. A jar &amp; a spoon \\* are not enough.

## References

[1] Smith AB. Hives. J Bees. 2001;1:2-3. doi:10.1000/182
[2] Jones C. *Winter*. PMID: 12345678
"""
ARABIC = """# النحل

## الخلية

تضم الخلية نحو 50000 نحلة في الصيف [1].

## المراجع

[1] سميث أ. النحل. 2001.
"""


@pytest.fixture(scope="module")
def guide(tmp_path_factory):
    """A server of a README with all kinds of markup."""
    article = tmp_path_factory.mktemp("guide") / "guide.md"
    article.write_text(GUIDE, encoding="utf-8")
    with running(Chatbot.open(article)) as address:
        yield address


def test_markdown_is_rendered(browsing, guide):
    """Emphasis, code, links, lists, quotations, tables and entities are shown as their reader knows them."""
    page = ready(browsing.open(guide))
    text = page.locator("#text")
    expect(text.locator("strong").first).to_have_text("hives")
    expect(text.locator("p em").first).to_have_text("wood")
    expect(text.locator("p code").first).to_have_text("hive --help")
    expect(text.get_by_role("link", name="the guide")).to_have_attribute("href", "https://example.org/guide")
    expect(text.locator("ol:not(.entries) li")).to_have_text(["Choose a dry place.", "Put the hive on two stones."])
    expect(text.locator("pre")).to_have_text("hive --set-up  # ten minutes\n", use_inner_text=False)
    expect(text.locator("blockquote")).to_have_text("Never open a hive in the rain.")
    expect(text.get_by_role("columnheader")).to_have_text(["Month", "Bees"])
    expect(text.get_by_role("cell")).to_have_text(["May", "20,000", "July", "50,000"])
    expect(text).to_contain_text("A jar & a spoon * are not enough.")
    headings = text.locator("h3, h4, h5, h6")
    expect(headings).to_have_text(["Beehives", "Setting up", "Care", "Winter", "References"])
    assert [node.evaluate("node => node.tagName") for node in headings.all()] == ["H3", "H4", "H4", "H5", "H4"]


def test_quotes_are_rendered_and_copied_exactly(browsing, guide):
    """An answer shows a table as a table; the exact text is the bytes of the document, markup and all."""
    page = ready(browsing.open(guide, permissions=["clipboard-read", "clipboard-write"]))
    answer = ask(page, "How many bees are there in July?")
    expect(answer.get_by_role("cell").last).to_have_text("50,000")
    answer = ask(page, "Where do bees live?")
    expect(answer.locator("blockquote strong")).to_have_text("hives")
    answer.get_by_role("button", name="Copy").click()
    page.get_by_role("menuitem", name="Exact text").click()
    expect(page.get_by_role("status").last).to_have_text("Copied.")
    exact = "Bees live in **hives** of *wood*, see `hive --help` and [the guide](https://example.org/guide) [1][2]."
    assert page.evaluate("navigator.clipboard.readText()") == exact
    assert exact in GUIDE


def test_the_reference_list_is_a_list(browsing, guide):
    """Entries are items with hanging indents, and their DOI and PubMed numbers are links."""
    page = ready(browsing.open(guide))
    items = page.locator("#text ol.entries li")
    expect(items.locator(".label")).to_have_text(["[1]", "[2]"])
    hrefs = [link.get_attribute("href") for link in items.get_by_role("link").all()]
    assert hrefs == ["https://doi.org/10.1000/182", "https://pubmed.ncbi.nlm.nih.gov/12345678"]
    indents = items.first.evaluate("node => [getComputedStyle(node).textIndent, getComputedStyle(node).paddingLeft]")
    assert float(indents[0][:-2]) == -float(indents[1][:-2]) < 0


def test_citations_in_the_article_are_buttons(browsing, guide):
    """A number in the article opens its entry where it stands; the entry leads to the list."""
    page = ready(browsing.open(guide))
    page.locator("#text").get_by_role("button", name="Reference 2").last.click()
    entry = page.get_by_role("dialog", name="Reference 2")
    expect(entry).to_contain_text("Jones C. Winter.")
    number = page.locator("#text button.number").last.bounding_box()
    box = entry.bounding_box()
    assert abs(box["y"] - number["y"] - number["height"]) < 40 or box["y"] + box["height"] <= number["y"]
    entry.get_by_role("button", name="Show in the article").click()
    expect(page.locator("#text mark")).to_contain_text("Jones C.")


def test_no_line_breaks_in_a_citation(browsing, site):
    """However wide the window is, a citation is on one line with the word before it and the stop behind it."""
    page = ready(browsing.open(site))
    ask(page, CELLS)
    for width in range(1000, 1200, 7):
        page.set_viewport_size({"width": width, "height": 800})
        lines = page.evaluate(
            "[...document.querySelectorAll('.tied')]"
            ".map((node) => new Set([...node.getClientRects()].map(({ y }) => y)).size)"
        )
        assert set(lines) == {1}
    expect(page.locator("figure .tied")).to_have_text("cells (3).")


def test_the_outline_leads_to_the_sections(browsing, guide):
    """Headings make an outline; each leads to its section."""
    page = ready(browsing.open(guide, viewport={"width": 1280, "height": 500}))
    page.get_by_role("button", name="Contents").click()
    outline = page.get_by_role("dialog", name="Contents")
    expect(outline.get_by_role("button")).to_have_text(["Setting up", "Care", "Winter", "References"])
    expect(page.get_by_role("heading", name="Winter")).not_to_be_in_viewport()
    outline.get_by_role("button", name="Winter").click()
    expect(outline).to_be_hidden()
    in_view(page.get_by_role("heading", name="Winter"))


def test_the_title_stands_once(browsing, site):
    """Beside the article its title is not repeated; on a phone the page bears it."""
    visible = """title => [...document.querySelectorAll('h1, h2, h3')].filter((node) => node.textContent.includes(title)
        && node.getBoundingClientRect().width > 9).length"""
    assert ready(browsing.open(site)).evaluate(visible, "Leaky Gut and Immune System") == 1
    assert ready(browsing.open(site, **PHONE)).evaluate(visible, "Leaky Gut and Immune System") == 1


def test_the_border_can_be_dragged(browsing, site):
    """A pointer or the arrow keys give the article more room; the width is kept."""
    page = ready(browsing.open(site))
    border = page.get_by_role("separator", name="Border between chat and article")
    before = page.locator("#beside").bounding_box()["width"]
    line = border.bounding_box()
    page.mouse.move(line["x"] + 4, 300)
    page.mouse.down()
    page.mouse.move(line["x"] - 150, 300)
    page.mouse.up()
    dragged = page.locator("#beside").bounding_box()["width"]
    assert dragged == pytest.approx(before + 150, abs=15)
    border.focus()
    page.keyboard.press("ArrowRight")
    narrower = page.locator("#beside").bounding_box()["width"]
    assert narrower < dragged
    page.reload()
    ready(page)
    assert page.locator("#beside").bounding_box()["width"] == pytest.approx(narrower, abs=1)


def test_a_mark_goes_through_markup(browsing, guide):
    """A passage with emphasis, code and links is marked from its first letter to its last, and unmarked again."""
    page = ready(browsing.open(guide))
    before = page.locator("#text").inner_html()
    answer = ask(page, "Where do bees live?")
    expect(page.locator("#text mark")).to_have_text("Bees live in hives of wood, see hive --help and the guide [1][2].")
    ask(page, "How many bees are there in July?")
    expect(page.locator("#text mark").first).not_to_contain_text("Bees live")
    answer.locator(".place").click()
    expect(page.locator("#text mark")).to_have_count(1)
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#text mark")).to_have_count(0)
    assert page.locator("#text").inner_html() == before


def test_right_to_left(browsing, tmp_path):
    """Arabic stands at the right, and so does the bar of its quote."""
    article = tmp_path / "bees.md"
    article.write_text(ARABIC, encoding="utf-8")
    with running(Chatbot.open(article)) as address:
        page = ready(browsing.open(address))
        answer = ask(page, "كم نحلة في الخلية؟")
        quote = answer.locator("blockquote")
        assert quote.evaluate("node => getComputedStyle(node).direction") == "rtl"
        assert quote.evaluate("node => getComputedStyle(node).borderRightWidth") == "3px"
        expect(page.locator("#text mark")).to_have_text("تضم الخلية نحو 50000 نحلة في الصيف [1].")


def test_a_huge_table_holds(browsing, tmp_path):
    """A table of 10,000 cells scrolls in its place, and the page answers on."""
    rows = "\n".join(f"| row {row} | " + " | ".join(f"{row}.{cell}" for cell in range(19)) + " |" for row in range(500))
    head = "| name | " + " | ".join(f"column {cell}" for cell in range(19)) + " |\n" + "|---" * 20 + "|\n"
    article = tmp_path / "table.md"
    article.write_text(f"# Table\n\nThe table has five hundred rows.\n\n{head}{rows}\n", encoding="utf-8")
    with running(Chatbot.open(article)) as address:
        page = ready(browsing.open(address))
        expect(page.locator("#text td")).to_have_count(10_000, timeout=20_000)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert page.locator("#text").evaluate("node => node.scrollWidth <= node.clientWidth")
        expect(ask(page, "How many rows does the table have?").locator("blockquote")).to_contain_text(
            "five hundred rows"
        )


def test_an_overview_is_one_card(browsing, guide):
    """Each heading of the card opens its section in the article."""
    page = ready(browsing.open(guide, viewport={"width": 1280, "height": 500}))
    answer = ask(page, "What is this article about?")
    card = answer.get_by_role("group", name="Sections")
    expect(card.locator("button.section")).to_have_text(["Beehives", "Setting up", "Winter"])
    expect(answer.locator("figure")).to_have_count(0)
    card.get_by_role("button", name="Winter", exact=True).click()
    in_view(page.get_by_role("heading", name="Winter"))


@pytest.mark.parametrize("options", [{}, DARK, PHONE], ids=["light", "dark", "phone"])
def test_accessible(browsing, guide, options):
    """axe-core finds nothing in code, tables, quotations, and boxes that are open."""
    page = ready(browsing.open(guide, **options, **STILL))
    answer = ask(page, "How much honey does a hive need for the winter?")
    answer.get_by_role("button", name="Reference 2").click()
    assert complaints(page) == []
    page.keyboard.press("Escape")
    answer.get_by_role("button", name="Copy", exact=True).first.click()
    assert complaints(page) == []


def test_the_page_for_developers(browsing, site):
    """/docs lists every address with its body and a line for the shell, and leads to the types."""
    page = browsing.open(f"{site}/docs", **STILL)
    ask_operation = page.locator(".operation").filter(has_text=re.compile(r"^POST/v1/ask"))
    expect(ask_operation).to_contain_text("Answer a question with quotes")
    expect(ask_operation.locator("pre")).to_contain_text(f"curl -s '{site}/v1/ask' --json '{{\"question\":")
    ask_operation.get_by_role("link", name="Question").click()
    in_view(page.get_by_role("heading", name="Question", exact=True))
    assert complaints(page) == []


def test_the_mark_of_the_bundled_article(browsing, site):
    """A quote is marked and scrolled to."""
    page = ready(browsing.open(site, viewport={"width": 1280, "height": 400}))
    ask(page, CELLS)
    expect(page.locator("#text mark")).to_have_text(CITED)
    in_view(page.locator("#text mark"))
