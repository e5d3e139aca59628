"""The page and the widget as people use them: in Debian's Chromium, driven by Playwright, against a running server."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from support.articles import HONEY
from support.browser import AXE
from support.pages import (
    CELLS,
    CITED,
    DARK,
    PHONE,
    REFUSED,
    STILL,
    ask,
    back_to,
    complaints,
    foreign,
    in_view,
    ready,
    running,
    shop_page,
    turn,
)

from chatbot import Chatbot, Place, PlaceStart, Settings
from chatbot.bot import bundled_article
from chatbot.documents.parser import parse
from chatbot.server.config import ServerSettings
from chatbot.server.document_store import DocumentStore

pytestmark = pytest.mark.slow

HOSTILE = """# <img src=x onerror=alert(1)> & </title><script>alert(2)</script>

## </script><b>Bees</b> 🐝

A hive 🐝🐝 holds <img src=x onerror="alert(3)"> about 50,000 bees in summer [1]. </p></body><script>alert(4)</script>

| a | <i>b</i> |
|---|---|
| <svg onload=alert(5)> | [x](javascript:alert(6)) |

## References

[1] Smith AB. <script>alert(7)</script> Bees. https://example.org/"onmouseover="alert(8) doi:10.1000/182
"""


def test_asks_and_follows_up(browsing, site):
    """A question is answered with a quote and where it stands; a follow-up is asked with what came before it."""
    page = ready(browsing.open(site))
    expect(page).to_have_title("Ask: Leaky Gut and Immune System")
    first = ask(page, CELLS)
    expect(first.locator("blockquote")).to_have_text(CITED)
    expect(first.locator("figcaption")).to_contain_text("The Gut is the Most Important Defense Organ.")
    second = ask(page, "Who says so?")
    expect(second.locator("blockquote")).to_contain_text("(3) Castro G. A.")
    expect(second).to_contain_text(f"About: {CELLS}")
    expect(page.locator("#log")).to_have_attribute("aria-live", "polite")
    expect(second.locator("h2")).to_be_in_viewport()
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("article.turn")).to_have_count(0)
    expect(ask(page, "Who says so?")).not_to_contain_text("About:")


def test_a_number_opens_its_entry_and_marks_the_passage(browsing, site):
    """A printed number is a button: it shows the entry at the number and marks the passage in the article."""
    page = ready(browsing.open(site))
    first = ask(page, CELLS)
    ask(page, "What is leaky gut?")
    number = first.get_by_role("button", name="Reference 3", exact=True)
    expect(number).to_have_attribute("aria-expanded", "false")
    number.click()
    expect(number).to_have_attribute("aria-expanded", "true")
    entry = page.get_by_role("dialog", name="Reference 3")
    expect(entry).to_contain_text("(3) Castro G. A., Arntzen C. J. Immunophysiology")
    mark = page.locator("#beside mark")
    expect(mark).to_have_text(CITED)
    in_view(mark)
    entry.get_by_role("button", name="Show in the article").click()
    expect(mark).to_contain_text("Castro G. A.")
    in_view(mark)
    expect(page.get_by_role("status").last).to_contain_text("Marked in the article")
    number.click()
    expect(entry).to_be_hidden()
    expect(number).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize(
    ("place", "label"),
    [
        (Place(page=4), "Honey · p. 4"),
        (Place(element="honey"), "Honey · #honey"),
        (Place(element="a.xhtml#honey"), "Honey · a.xhtml#honey"),
        (Place(element="/html/body/p"), "Honey"),
        (Place(paragraph=12), "Honey · paragraph 12"),
    ],
)
def test_a_quote_says_where_it_stands(browsing, place, label):
    """Below a quote stands what a person can look up in the file; an XPath is for programs."""
    placed = replace(parse(HONEY, "honey.html"), places=(PlaceStart(0, place),))
    with running(Chatbot([placed], Settings(semantic=False))) as address:
        page = ready(browsing.open(address))
        answer = ask(page, "What is honey made from?")
        expect(answer.locator("figure.quote .place").first).to_have_text(f"{label}: show in the article")
        assert place.label in label


def test_a_refusal_is_told_from_an_answer(browsing, site):
    """A refusal says so; what is near is labelled as no answer and leads to its place; suggestions are asked."""
    page = ready(browsing.open(site))
    refusal = ask(page, REFUSED)
    expect(refusal.locator(".refusal .said")).to_have_text("The article does not say.")
    expect(refusal.locator(".refusal .lacks")).to_have_text("No sentence mentions ‘vitamins’ or ‘need’.")
    expect(refusal.locator("figure.quote")).to_have_count(0)
    expect(refusal.get_by_role("heading", name="Closest passage (not an answer)")).to_be_visible()
    expect(page.locator("mark")).to_have_count(0)
    refusal.locator("figure.near .place").first.click()
    in_view(page.locator("mark").first)
    expect(refusal.locator(".suggestion")).to_have_count(3)
    refusal.get_by_role("button", name="What is leaky gut?").click()
    expect(turn(page, 1).locator("blockquote").first).to_contain_text("leaky gut")


def test_small_talk_and_corrections(browsing, site):
    """Small talk is marked as not the article's; a corrected word is shown; two questions get two answers."""
    page = ready(browsing.open(site))
    expect(ask(page, "hello")).to_contain_text("This is not from the article.")
    both = ask(page, "Waht is leaky gutt and how big is the gut?")
    expect(both).to_contain_text("reading ‘Waht’ as ‘what’, reading ‘gutt’ as ‘gut’")
    expect(both.locator(".part")).to_have_count(2)
    expect(ask(page, "How many references are there?").locator(".said")).to_have_text("The article lists 5 references.")


def test_keyboard_only(browsing, site):
    """Everything is done without a mouse: skip, ask, new line, recall, open an entry."""
    page = ready(browsing.open(site))
    box = page.get_by_label("Your question")
    expect(box).to_be_focused()
    page.keyboard.type("What percentage")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("of immune cells is in the gut?")
    expect(box).to_have_value("What percentage\nof immune cells is in the gut?")
    page.keyboard.press("Enter")
    expect(turn(page, 0).locator("blockquote")).to_have_text(CITED)
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    page.keyboard.type("half")
    page.keyboard.press("ArrowUp")
    expect(box).to_have_value("What percentage\nof immune cells is in the gut?")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_value("half")
    number = page.get_by_role("main").get_by_role("button", name="Reference 3", exact=True)
    back_to(number)
    assert number.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Reference 3")).to_be_visible()
    in_view(page.locator("mark"))
    page.keyboard.press("Escape")
    expect(number).to_be_focused()
    page.reload()
    ready(page)
    skip = page.get_by_role("link", name="Skip to the question")
    back_to(skip)
    in_view(skip)
    page.keyboard.press("Enter")
    expect(box).to_be_focused()


def test_text_stays_text(browsing, tmp_path):
    """No markup in an article or a question runs or loads anything; offsets after astral characters hold."""
    article = tmp_path / "<img src=x onerror=alert(0)>.md"
    article.write_text(HOSTILE, encoding="utf-8")
    with running(Chatbot.open(article)) as address:
        page = ready(browsing.open(address))
        question = "How many bees does a hive hold <img src=x onerror=alert(9)> in summer?"
        answer = ask(page, question)
        expect(answer.locator("h2")).to_contain_text(question)
        expect(answer.locator("blockquote")).to_contain_text("A hive 🐝🐝 holds about 50,000 bees in summer [1].")
        answer.get_by_role("button", name="Reference 1", exact=True).click()
        expect(page.locator("#text mark").first).to_contain_text("A hive 🐝🐝 holds")
        assert page.locator("#text mark").first.inner_text().endswith("in summer [1].")
        expect(page.locator("#text")).to_contain_text("</body><script>alert(4)</script>")
        entry = page.get_by_role("dialog", name="Reference 1")
        expect(entry).to_contain_text("<script>alert(7)</script>")
        links = entry.get_by_role("link").all()
        assert [link.get_attribute("href") for link in links] == ["https://example.org/", "https://doi.org/10.1000/182"]
        page.keyboard.press("Escape")
        ask(page, "</script><script>alert(10)</script>")
        expect(page.locator("#text")).to_contain_text("<svg onload=alert(5)>")
        expect(page.locator("#text td").last).to_have_text("[x](javascript:alert(6))")
        foreign = "img, iframe, object, style, script, svg, [onerror], [onload], [style]"
        assert page.locator(f":is(#log, #text) :is({foreign})").count() == 0
        assert page.locator("a[href^='javascript']").count() == 0


FAQ = """# Shipping

## How long does delivery take?

Delivery takes 3 to 5 working days in
Europe [1, 3-5]. Outside Europe it takes three weeks.

| Zone | Days |
|------|------|
| Europe | 3–5 |

Returns
-------

Write to us within 30 days.

## References

1. Postal Union. Delivery times. https://example.org/delivery, retrieved 2020.
2. Customs Office. Clearance. 2019.
3. Customs Office. Clearance. doi:10.1000/182
4. A fourth one. 2002.
5. A fifth one. 2003.
"""


def test_numbers_in_ranges_and_superscripts(browsing, tmp_path):
    """Each printed number is a button, what a range leaves out is named below, and addresses are links."""
    article = tmp_path / "faq.md"
    article.write_text(FAQ, encoding="utf-8")
    with running(Chatbot.open(article)) as address:
        page = ready(browsing.open(address))
        answer = ask(page, "How long does delivery take in Europe?")
        expect(answer.locator("blockquote").first).to_contain_text("working days in Europe [1, 3-5].")
        expect(answer.locator("blockquote button.number")).to_have_text(["1", "3", "5"])
        expect(answer.locator(".more")).to_have_text("Also cited: 4")
        for number, href in ((1, "https://example.org/delivery"), (3, "https://doi.org/10.1000/182")):
            answer.get_by_role("button", name=f"Reference {number}", exact=True).first.click()
            entry = page.get_by_role("dialog", name=f"Reference {number}")
            assert [link.get_attribute("href") for link in entry.get_by_role("link").all()] == [href]
            page.keyboard.press("Escape")
        expect(page.locator("#text").get_by_role("cell")).to_have_text(["Europe", "3–5"])
        headings = ["Shipping", "How long does delivery take?", "Returns", "References"]
        expect(page.locator("#text :is(h3, h4)")).to_have_text(headings)
        expect(page.locator("#text p").filter(has_text=re.compile("^-+$"))).to_have_count(0)
        expect(page.locator("#text ol.entries li")).to_have_count(5)


def test_superscripts(browsing, tmp_path):
    """A superscript is a button too."""
    article = tmp_path / "bees.txt"
    text = "Keeping bees\n\nA hive holds about 50,000 bees in summer.¹,³ Drones have no sting.²\n\nReferences\n\n"
    article.write_text(text + "\n".join(f"{n}. Smith AB. Bees {n}. 2001." for n in (1, 2, 3)), encoding="utf-8")
    with running(Chatbot.open(article)) as address:
        page = ready(browsing.open(address))
        answer = ask(page, "How many bees does a hive hold?")
        expect(answer.locator("blockquote button.number")).to_have_text(["¹", "³"])
        answer.get_by_role("button", name="Reference 3").click()
        expect(page.get_by_role("dialog", name="Reference 3")).to_contain_text("(3) Smith AB. Bees 3.")


def test_several_documents(browsing, tmp_path):
    """With several documents a quote names its own, and a list chooses which is shown."""
    other = tmp_path / "bees.md"
    other.write_text("# Keeping bees\n\n## The hive\n\nA hive holds about 50,000 bees in summer.\n", encoding="utf-8")
    with running(Chatbot.open(other, bundled_article())) as address:
        page = ready(browsing.open(address))
        expect(page.locator("#text")).to_contain_text("50,000 bees")
        answer = ask(page, CELLS)
        expect(answer.locator("figcaption")).to_contain_text("Leaky Gut and Immune System")
        expect(page.locator("#text mark")).to_have_text(CITED)
        page.get_by_label("Article shown").select_option(label="Keeping bees")
        expect(page.locator("#text")).to_contain_text("50,000 bees")
        answer.get_by_role("button", name="Reference 3", exact=True).click()
        expect(page.locator("#text mark")).to_have_text(CITED)


def test_a_changed_document_is_shown_as_it_is_now(browsing, tmp_path):
    """After a document changed under an open page, a passage is marked in the version that was quoted."""
    article = tmp_path / "bees.md"
    article.write_text("# Bees\n\n## Hive\n\nA hive holds about 50,000 bees in summer.\n", encoding="utf-8")
    store = DocumentStore.open((article,))
    with running(store) as address:
        page = ready(browsing.open(address))
        first = ask(page, "How many bees does a hive hold?")
        article.write_text("# Bees\n\nNew.\n\n## Hive\n\nA hive holds about 60,000 bees in summer.\n", encoding="utf-8")
        store.refresh()
        ask(page, "How many bees does a hive hold?")
        expect(page.locator("#text mark")).to_have_text("A hive holds about 60,000 bees in summer.")
        expect(page.locator("#text")).to_contain_text("New.")
        first.locator(".place").click()
        expect(page.locator("#text mark")).to_have_text("A hive holds about 50,000 bees in summer.")


def test_phone(browsing, site):
    """On a phone the article is a drawer: it opens at the passage, Escape closes it, and focus goes back."""
    page = ready(browsing.open(site, **PHONE))
    expect(page.locator("#beside")).to_be_hidden()
    answer = ask(page, CELLS)
    number = answer.get_by_role("button", name="Reference 3", exact=True)
    number.click()
    drawer = page.locator("#drawer")
    entry = answer.get_by_role("group", name="Reference 3")
    expect(entry).to_contain_text("(3) Castro G. A.")
    in_view(entry)
    expect(drawer).to_be_hidden()
    in_view(answer.locator("blockquote"))
    shows = entry.get_by_role("button", name="Show in the article")
    shows.click()
    expect(drawer).to_be_visible()
    in_view(drawer.locator("mark"))
    expect(drawer.locator("mark")).to_be_focused()
    drawer.get_by_role("button", name="Reference 3", exact=True).click()
    expect(drawer.get_by_role("group", name="Reference 3")).to_contain_text("Castro G. A.")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(shows).to_be_focused()
    number.click()
    expect(entry).to_be_hidden()
    page.get_by_role("button", name="Article", exact=True).click()
    expect(drawer).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(drawer).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 256), (320, 640), (1280, 720)])
def test_magnified(browsing, site, width, height):
    """At 200 % and 400 % of a common window nothing is cut off to the side, and the box is in reach."""
    page = ready(browsing.open(site, viewport={"width": width, "height": height}))
    ask(page, CELLS)
    ask(page, REFUSED)
    size = page.evaluate("[document.scrollingElement.scrollWidth, document.querySelector('#log').scrollWidth]")
    assert max(size) <= width
    page.get_by_label("Your question").scroll_into_view_if_needed()
    in_view(page.get_by_role("button", name="Ask", exact=True))


class Votes:
    """A log that keeps in memory what people say of replies."""

    def __init__(self):
        self.kept = []

    def record(self, _reply, _documents):
        """The id of a reply."""
        return "R1"

    def vote(self, reply_id, *, helpful, comment):
        """Keep a vote."""
        self.kept.append((reply_id, helpful, comment))
        return True


def test_feedback(browsing, site, bot):
    """Whether a reply helped can be said where it is kept, of refusals too, and is not asked where it is not."""
    votes = Votes()
    with running(bot, log=votes) as address:
        page = ready(browsing.open(address))
        refusal = ask(page, REFUSED)
        refusal.get_by_role("button", name="Not helpful").click()
        expect(refusal.locator(".feedback")).to_contain_text("Thank you.")
        expect(refusal.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")
    assert votes.kept == [("R1", False, "")]
    assert ask(ready(browsing.open(site)), CELLS).locator(".feedback").count() == 0


def test_errors_are_told_and_tried_again(browsing, site):
    """When the server is away or busy, the page says so in plain words, and trying again asks the same question."""
    page = ready(browsing.open(site))
    page.route("**/v1/ask", lambda route: route.abort())
    failed = ask(page, CELLS)
    expect(failed).to_contain_text("The server cannot be reached.")
    page.unroute("**/v1/ask")
    page.route("**/v1/ask", lambda route: route.fulfill(status=429, headers={"Retry-After": "7"}, body="{}"))
    failed.get_by_role("button", name="Try again").click()
    expect(failed).to_contain_text("Try again in 7 seconds.")
    page.unroute("**/v1/ask")
    failed.get_by_role("button", name="Try again").click()
    expect(failed.locator("blockquote")).to_have_text(CITED)
    expect(page.get_by_label("Your question")).to_be_focused()
    too_long = ask(page, "why " * 1_000)
    expect(too_long.locator(".problem")).to_contain_text("2,000 characters")
    answer = ask(page, "Who says so?")
    expect(answer).to_contain_text(CELLS)  # what failed is no part of the conversation
    assert [error for error in browsing.errors if "Failed to load resource" not in error] == []
    browsing.errors.clear()  # the browser itself writes failed requests to its console


def test_a_token_is_asked_for_once(browsing, bot):
    """A server with a token gets it from a dialog; a wrong one is reported, a right one is kept for the tab."""
    with running(bot, ServerSettings(token="s3cret")) as address:  # noqa: S106 -- a test's
        page = browsing.open(address)
        dialog = page.get_by_role("dialog", name="This server asks for a token")
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".problem")).to_contain_text("This server answers only with a token.")
        page.get_by_role("button", name="Try again").click()
        page.get_by_label("Token", exact=True).fill("wrong")
        page.keyboard.press("Enter")
        expect(dialog).to_contain_text("did not accept")
        page.get_by_label("Token", exact=True).fill("s3cret")
        page.keyboard.press("Enter")
        ready(page)
        expect(ask(page, CELLS).locator("blockquote")).to_have_text(CITED)
        page.reload()
        ready(page)
        expect(dialog).to_be_hidden()
    assert [error for error in browsing.errors if "401" not in error] == []
    browsing.errors.clear()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_widget_on_a_foreign_page(browsing, bot, tmp_path, size):
    """One script tag puts a chat on another site, even one with a strict policy; keys open it, Escape closes it."""
    with foreign(tmp_path) as shop, running(bot, ServerSettings(origins=(shop,))) as address:
        (tmp_path / "index.html").write_text(shop_page(address), encoding="utf-8")
        (tmp_path / "favicon.ico").write_bytes(b"")
        page = browsing.open(shop, viewport=dict(zip(("width", "height"), size, strict=True)))
        bubble = page.get_by_role("button", name="Ask a question")
        expect(bubble).to_have_count(1)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(bubble).to_be_focused()
        page.keyboard.press("Enter")
        frame = page.frame_locator("iframe")
        box = frame.get_by_label("Your question")
        expect(box).to_be_focused()
        frame.get_by_role("button", name="Ask", exact=True).click(trial=True)  # the bubble does not lie over it
        page.keyboard.type(CELLS)
        page.keyboard.press("Enter")
        expect(frame.locator("blockquote")).to_have_text(CITED)
        frame.locator("figcaption .place").press("Enter")
        expect(frame.get_by_role("dialog").locator("mark")).to_have_text(CITED)
        page.keyboard.press("Escape")
        expect(frame.get_by_role("dialog")).to_be_hidden()
        expect(frame.locator("blockquote")).to_be_visible()  # Escape closes one thing at a time
        page.keyboard.press("Escape")
        expect(page.locator("iframe")).to_be_hidden()
        expect(bubble).to_be_focused()
        expect(bubble).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("Enter")
        expect(frame.locator("blockquote")).to_be_visible()
        expect(box).to_be_focused()
        frame.get_by_role("button", name="Close the chat").click()
        expect(page.locator("iframe")).to_be_hidden()


def test_no_other_site_may_frame_it(browsing, bot, tmp_path):
    """A site that was not allowed to ask cannot show the chat in a frame either."""
    with foreign(tmp_path) as shop, running(bot) as address:
        (tmp_path / "index.html").write_text(shop_page(address), encoding="utf-8")
        (tmp_path / "favicon.ico").write_bytes(b"")
        page = browsing.open(shop)
        page.get_by_role("button", name="Ask a question").click()
        expect(page.frame_locator("iframe").get_by_label("Your question")).to_have_count(0)
        page.wait_for_timeout(300)
    assert any("frame-ancestors" in error for error in browsing.errors)
    browsing.errors.clear()


def start(page):
    """Nothing asked yet."""


def answer(page):
    """An answer with an entry opened."""
    ask(page, CELLS).get_by_role("button", name="Reference 3", exact=True).click()


def refuse(page):
    """A refusal, and small talk."""
    ask(page, "hello")
    ask(page, REFUSED)


@pytest.mark.parametrize("do", [start, answer, refuse])
@pytest.mark.parametrize("options", [{}, DARK, PHONE, {**PHONE, **DARK}], ids=["light", "dark", "phone", "phone-dark"])
def test_accessibility(browsing, site, do, options):
    """axe-core finds nothing to complain of, best practices included."""
    page = ready(browsing.open(site, **options, **STILL))
    do(page)
    assert complaints(page) == []


def test_accessible_widget(browsing, bot, tmp_path):
    """axe-core finds nothing to complain of in the bubble and the frame that it opens."""
    if not AXE.exists():
        pytest.skip("there is no axe-core: .ci/run has the lines that fetch it")
    with foreign(tmp_path) as shop, running(bot, ServerSettings(origins=(shop,))) as address:
        page_text = shop_page(address).replace("<h1>", "<main><h1>").replace("</a>", "</a></main>")
        (tmp_path / "index.html").write_text(page_text, encoding="utf-8")
        (tmp_path / "favicon.ico").write_bytes(b"")
        page = browsing.open(shop, **STILL)
        page.get_by_role("button", name="Ask a question").click()
        expect(page.frame_locator("iframe").locator(".suggestion").first).to_be_visible()
        for frame in page.frames:
            frame.evaluate(AXE.read_text(encoding="utf-8"))
            frame.evaluate("axe.configure({allowedOrigins: ['<unsafe_all_origins>']})")  # the frame is another site
        found = page.evaluate("axe.run()")
        assert [(rule["id"], node["html"]) for rule in found["violations"] for node in rule["nodes"]] == []
