"""The widget's attributes, in a real browser on a site of somebody else's."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from support.pages import foreign, running, shop_page

from chatbot import Chatbot
from chatbot.bot import bundled_article
from chatbot.server.config import ServerSettings

pytestmark = pytest.mark.slow

COLOURS = """node => { const style = getComputedStyle(node); return [style.backgroundColor, style.color]; }"""


@contextmanager
def shop(browsing, tmp_path, attributes, *articles, **options):
    """A page of a site with the widget, which has some attributes."""
    with foreign(tmp_path) as site, running(Chatbot.open(*articles), ServerSettings(origins=(site,))) as address:
        text = shop_page(address).replace(" defer>", f" defer {attributes}>")
        (tmp_path / "index.html").write_text(text, encoding="utf-8")
        (tmp_path / "favicon.ico").write_bytes(b"")
        yield browsing.open(site, **options)


def test_words_and_colour(browsing, tmp_path):
    """Label, title and greeting are the site's, and its colour, on which words can be read."""
    attributes = 'data-label="Help" data-title="Ask our shop" data-greeting="Good morning." data-color="#ffd400"'
    with shop(browsing, tmp_path, attributes) as page:
        bubble = page.get_by_role("button", name="Help")
        expect(bubble).to_have_text("Help")
        assert bubble.evaluate(COLOURS) == ["rgb(255, 212, 0)", "rgb(0, 0, 0)"]
        bubble.click()
        expect(page.get_by_role("dialog", name="Ask our shop")).to_be_visible()
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("heading", level=1)).to_have_text("Ask our shop")
        expect(frame.locator(".promise")).to_have_text("Good morning.")
        ask = frame.get_by_role("button", name="Ask", exact=True)
        assert ask.evaluate(COLOURS) == ["rgb(255, 212, 0)", "rgb(0, 0, 0)"]
        link = frame.get_by_role("button", name="New chat")
        red, green, blue = map(int, link.evaluate(COLOURS)[1][4:-1].split(","))
        assert max(red, green, blue) < 140  # yellow words could not be read on white


def test_what_is_no_colour_changes_nothing(browsing, tmp_path):
    """A mistake in the colour leaves the usual one."""
    with shop(browsing, tmp_path, 'data-color="not a colour"') as page:
        assert page.get_by_role("button", name="Ask a question").evaluate(COLOURS)[0] == "rgb(29, 90, 158)"


@pytest.mark.parametrize(("attributes", "left"), [('data-position="left"', True), ("", False)])
def test_position(browsing, tmp_path, attributes, left):
    """The bubble stands at the left or, if nothing else is said, at the right."""
    with shop(browsing, tmp_path, attributes) as page:
        box = page.get_by_role("button", name="Ask a question").bounding_box()
        assert (box["x"] < 100) is left


def test_a_page_can_open_it(browsing, tmp_path):
    """`chatbot.open()` opens the chat with the focus in its box, and `chatbot.close()` closes it."""
    with shop(browsing, tmp_path, "") as page:
        expect(page.get_by_role("button", name="Ask a question")).to_be_visible()
        page.evaluate("chatbot.open()")
        expect(page.frame_locator("iframe").get_by_label("Your question")).to_be_focused()
        page.evaluate("chatbot.close()")
        expect(page.locator("iframe")).to_be_hidden()


def test_the_article_that_is_shown_first(browsing, tmp_path):
    """Of several articles the site's own is shown."""
    bees = tmp_path / "bees.md"
    bees.write_text("# Keeping bees\n\n## The hive\n\nA hive holds about 50,000 bees.\n", encoding="utf-8")
    with shop(browsing, tmp_path, 'data-document="bees.md"', bundled_article(), bees) as page:
        page.get_by_role("button", name="Ask a question").click()
        frame = page.frame_locator("iframe")
        expect(frame.locator("#text")).to_contain_text("50,000 bees")


def test_the_page_itself_takes_no_words_from_its_address(browsing, site):
    """Outside of a frame, which only allowed sites have, an address cannot make the page say something else."""
    page = browsing.open(f"{site}/?greeting=Call+this+number&title=Bank&color=red")
    expect(page.locator(".promise")).to_contain_text("in the article’s own words")
    expect(page.get_by_role("heading", level=1)).to_have_text("Leaky Gut and Immune System")
