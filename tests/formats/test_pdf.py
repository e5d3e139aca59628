"""PDF: reading order, paragraphs, hyphens, superscripts, headings, lists, tables, places; what is refused."""

import random
import zlib

import pytest
from support.pdf_writer import HEIGHT, Text, column, drawing, filled, pdf, width

from chatbot import formats
from chatbot.errors import ArticleError
from chatbot.formats.pdf import convert, streams

LEFT, MIDDLE, RIGHT = 60, 285, 535  # the edges of a page with two columns
SECOND = 310  # where the second one starts
PERCH = (
    "Perch are fish of lakes and slow rivers, which hunt in groups and feed on anything that is smaller than they are."
)
PIKE = "Pike hunt alone, and wait among the plants until something swims by that is worth the effort of catching it."


def page_of(document, sentence):
    """The page that a sentence is said to stand on."""
    place = document.place(sentence.span.start)
    return place.page if place else None


def read(*pages):
    """The text of a PDF of some pages."""
    return convert(pdf(*pages), "x.pdf").text


def paragraph(y, words, x=LEFT, right=MIDDLE, **style):
    """A paragraph in the first column."""
    return filled(x, y, words, right=right, **style)


def test_two_columns_below_a_title():
    """The title is read first, then one column after the other, and the columns' lines are joined."""
    title = [Text(LEFT, 80, "Fish of the lakes and of the rivers that flow into them", 20)]
    page = [*title, *paragraph(120, PERCH), *paragraph(120, PIKE, SECOND, RIGHT)]
    assert read(page) == f"# Fish of the lakes and of the rivers that flow into them\n\n{PERCH}\n\n{PIKE}\n"


def test_the_order_of_drawing_does_not_matter():
    """Text is read as it is seen, in whatever order the program that made the file drew it."""
    page = [*paragraph(120, PERCH), *paragraph(120, PIKE, SECOND, RIGHT)]
    shuffled = random.Random(1).sample(page, len(page))  # noqa: S311 - any order
    assert read(shuffled) == read(page)


def test_paragraphs_go_on_in_the_next_column_and_page():
    """A sentence that goes on is one, and its place is the page on which it starts."""
    words = f"{PERCH} {PIKE}"
    lines = [text.text for text in paragraph(100, words)]
    half = len(lines) // 2
    first, second = column(LEFT, 700, *lines[:half]), column(LEFT, 100, *lines[half:])
    filler = paragraph(100, "Once upon a time there was a lake. " * 10)
    document = formats.document(pdf([*filler, *first], [*second]), "x.pdf")
    shown = [document[sentence.span] for sentence in document.sentences[-2:]]
    assert shown == [PERCH, PIKE]
    assert [page_of(document, sentence) for sentence in document.sentences[-2:]] == [1, 2]


def test_running_heads_and_page_numbers_are_left_out():
    """What stands at the top or bottom of several pages is no text, whatever its number; other lines stay."""
    bodies = (PERCH, PIKE, "The lake has an inflow in the north, and its outflow is a small river in the south.")
    pages = [
        [Text(LEFT, 40, f"Journal of Fish {n + 7}"), *paragraph(100, body), Text(290, 820, f"- {n + 1} -")]
        for n, body in enumerate(bodies)
    ]
    assert read(*pages) == "\n\n".join(bodies) + "\n"


def test_a_title_that_is_a_running_head_stays():
    """The same words in another size are no running head."""
    pages = [[Text(LEFT, 40, "Fish", 20), *paragraph(100, PERCH)]]
    pages += [[Text(LEFT, 40, "Fish", 8), *paragraph(100, f"{PIKE} {number}.")] for number in range(3)]
    assert read(*pages).startswith("# Fish\n\nPerch")
    assert read(*pages).count("Fish") == 1


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("and its informa-", "tion is old", "its information is"),  # no compound: "informa" is no word
        ("in fresh-", "water lakes", "in freshwater lakes"),  # an English word
        ("of a well-", "known lake", "of a well-known lake"),  # two words that are none together
        ("of the IL-", "dependent kind", "the IL-dependent kind"),
        ("from 12-", "15 metres", "from 12-15 metres"),
        ("the zorb-", "flimmed one", "the zorb-flimmed one"),  # as the document prints it elsewhere
        ("see https://example.org/", "fish/perch.html now", "see https://example.org/fish/perch.html now"),
        ("see https://example.org/fish", "now and then", "https://example.org/fish now"),
        ("the perch -", "a fish", "the perch - a fish"),
    ],
)
def test_words_divided_at_the_end_of_a_line(first, second, joined):
    """A word that was divided is put together; a hyphen of its own stays."""
    lines = column(
        LEFT, 100, f"Here we read about fish {first}", f"{second} in this text about fish and", "zorb-flimmed."
    )
    assert joined in read(lines)


def cited(*, size=6.5, rise=3.5):
    """A line with a raised number."""
    before, after = "Perch eat flies in May", " and fry in autumn, as was seen."
    x = LEFT + width(before)
    return [Text(LEFT, 100, before), Text(x, 100 - rise, "1,2", size), Text(x + width("1,2", size), 100, after)]


def test_superscripts_are_raised_digits():
    """They are read as citations where the list has the numbers."""
    entries = column(LEFT, 200, "1. Smith A. Flies. Fish. 1990.", "2. Jones B. Fry. Fish. 1991.")
    source = pdf([*cited(), Text(LEFT, 180, "References", 14), *entries])
    document = formats.document(source, "x.pdf")
    assert "in May¹,² and fry" in document.text
    assert [sentence.numbers for sentence in document.sentences if sentence.markers] == [(1, 2)]
    assert [(entry.number, document[entry.span]) for entry in document.references] == [
        (1, "Smith A. Flies. Fish. 1990."),
        (2, "Jones B. Fry. Fish. 1991."),
    ]


def test_small_letters_on_the_line_are_not_raised():
    """A subscript, or small print, is what it is."""
    assert "May1,2 and" in read(cited(rise=-2))


def test_entries_wrapped_and_continued():
    """Hanging lines belong to their entry, also in the next column."""
    long = "1. Smith A, Jones B. A very long title that needs more than one line of this column. Fish. 1990;1:1."
    lines = [text.text for text in filled(LEFT, 0, long, right=MIDDLE)]
    first = [Text(LEFT, 700, "References", 14), Text(LEFT, 720, lines[0]), *column(LEFT + 12, 732, *lines[1:-1])]
    second = [Text(SECOND + 12, 500, lines[-1]), Text(SECOND, 512, "2. Brown C. Lakes. Fish. 1991.")]
    filler = paragraph(500, PERCH)
    document = formats.document(pdf([*filler, *first, *second]), "x.pdf")
    assert [document[entry.span] for entry in document.references] == [long[3:], "Brown C. Lakes. Fish. 1991."]


def test_headings_by_size_and_weight():
    """The largest letters are the title's; larger or bold lines are headings, a bold sentence is not."""
    page = [
        Text(LEFT, 80, "Fish", 20), Text(LEFT, 110, "Where they live", 14), *paragraph(130, PERCH, right=RIGHT),
        Text(LEFT, 170, "In winter", bold=True), *paragraph(190, PIKE, right=RIGHT),
        Text(LEFT, 230, "Do not feed them.", bold=True),
    ]  # fmt: skip
    assert [line for line in read(page).splitlines() if line.startswith("#")] == [
        "# Fish", "## Where they live", "### In winter",
    ]  # fmt: skip
    assert "\n\nDo not feed them.\n" in read(page)


def test_lists():
    """Bullets and numbers start items, which may be wrapped; a year at the start of a line does not."""
    page = [
        *paragraph(100, "They eat what the season offers, as was observed in the lake in the summer of", right=RIGHT),
        Text(LEFT, 112, "1990. Then the list grew to:"),
        Text(LEFT + 10, 130, "\u2022 flies of many"), Text(LEFT + 18, 142, "kinds"), Text(LEFT + 10, 154, "\u2022 fry"),
        Text(LEFT + 10, 180, "1. worms"), Text(LEFT + 10, 192, "2. snails"),
    ]  # fmt: skip
    text = read(page)
    assert "summer of 1990. Then the list grew to:\n\n- flies of many kinds\n- fry\n1. worms\n2. snails\n" in text


def test_tables():
    """Aligned cells are a table's; the gaps of text are not."""
    rows = [("Fish", "Length", "Food"), ("Perch", "30 cm", "flies"), ("Pike", "100 cm", "perch")]
    page = [*paragraph(100, PERCH, right=RIGHT)]
    page += [Text(LEFT + 90 * c, 150 + 14 * r, cell) for r, row in enumerate(rows) for c, cell in enumerate(row)]
    assert (
        "| Fish | Length | Food |\n| --- | --- | --- |\n| Perch | 30 cm | flies |\n| Pike | 100 cm | perch |"
        in read(page)
    )


def test_code():
    """Lines in letters of one width are code, with their indents."""
    code = ["for fish in lake:", "    feed(fish)"]
    page = [
        *paragraph(100, PERCH, right=RIGHT),
        *(Text(LEFT, 150 + 12 * n, line, fixed=True) for n, line in enumerate(code)),
    ]
    assert read(page) == f"{PERCH}\n\n```\nfor fish in lake:\n    feed(fish)\n```\n"


def test_a_table_of_contents_is_left_out():
    """Dots that lead to a page number are no text; three dots are."""
    page = [
        Text(LEFT, 100, "1 Fish of the lake . . . . . . . . . . . . . . . 3"),
        *paragraph(130, f"{PERCH} And so on..."),
    ]
    assert read(page) == f"{PERCH} And so on...\n"


def test_accents_that_were_drawn_apart():
    """TeX draws an accent over its letter; together they are one."""
    at = LEFT + width("Niels M")
    page = [Text(LEFT, 100, "Niels M"), Text(at - 0.5, 100, "\u00a8"), Text(at, 100, "oller keeps fish.")]
    assert read(page) == "Niels Möller keeps fish.\n"


def test_a_caption_does_not_part_a_sentence():
    """A paragraph goes on after a figure's caption, which comes after it."""
    start, end = PERCH[:-60].rsplit(" ", 1)[0], PERCH[len(PERCH[:-60].rsplit(" ", 1)[0]) + 1 :]
    first = [
        *paragraph(100, PIKE),
        *column(LEFT, 200, *[text.text for text in filled(0, 0, start, right=MIDDLE - LEFT)]),
    ]
    caption = paragraph(750, "Figure 1. A perch, seen from the side.", size=8)
    second = [*paragraph(100, end, SECOND, RIGHT), *paragraph(300, f"{PIKE} Again.", SECOND, RIGHT)]
    text = read([*first, *caption, *second])
    assert PERCH in text
    assert text.index("Figure 1") > text.index(PERCH)


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_turned_pages(rotate):
    """The direction of most letters is that of the page, whatever the page says."""
    assert convert(pdf(paragraph(100, PERCH), rotate=rotate), "x.pdf").text == f"{PERCH}\n"


def test_markup_is_escaped():
    """What the paper prints is text, even if Markdown means something else by it."""
    document = formats.document(pdf(column(LEFT, 100, "# of fish: 3 and <b>more</b> of them in the lake.")), "x.pdf")
    assert "<b" not in document.text.replace("\\<", "")
    assert [document[sentence.span].replace("\\", "") for sentence in document.sentences] == [
        "# of fish: 3 and <b>more</b> of them in the lake."
    ]


def test_a_quote_knows_its_page_and_the_file_its_hash():
    """The page that is said is the one that has the words."""
    import hashlib

    import pypdfium2

    source = pdf(paragraph(100, PERCH), paragraph(100, PIKE))
    document = formats.document(source, "x.pdf")
    assert document.sha256 == hashlib.sha256(source).hexdigest()
    pages = pypdfium2.PdfDocument(source)
    for sentence in document.sentences:
        shown = pages[page_of(document, sentence) - 1].get_textpage().get_text_range()
        assert " ".join(shown.split()) == document[sentence.span]
    pages.close()


# Files that are refused

PASSWORD = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (%s) /U (%s) >> /ID [(a) (a)]" % (b"x" * 32, b"y" * 32)
FISH = pdf(paragraph(100, PERCH))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (pdf([]), "has no text layer; run OCR first"),
        (pdf(paragraph(100, "\u20ac\u2026 " * 40)), "has no text layer; run OCR first"),
        (pdf(paragraph(100, PERCH), trailer=PASSWORD), "is encrypted; save a copy without a password"),
        (b"%PDF-1.7\n", "is damaged; "),
        (FISH[:300], "is damaged; "),
        (FISH.replace(b"/Kids [3 0 R]", b"/Kids [9 0 R]"), "is damaged; "),
    ],
)
def test_what_cannot_be_read(source, reason):
    """One line says what is wrong and what to do."""
    with pytest.raises(ArticleError) as caught:
        formats.document(source, "x.pdf")
    assert str(caught.value).startswith(f"x.pdf: {reason}")
    assert "\n" not in str(caught.value)


def test_limits(monkeypatch):
    """A document has a bounded number of pages and characters."""
    monkeypatch.setattr("chatbot.formats.pdf.MAX_PAGES", 2)
    with pytest.raises(ArticleError, match="has 3 pages; split it into parts of at most 2"):
        read(*[paragraph(100, PERCH)] * 3)
    monkeypatch.setattr("chatbot.formats.pdf.MAX_CHARACTERS", 2 * len(PERCH) - 1)
    with pytest.raises(ArticleError, match="characters; split it into several articles"):
        read(*[paragraph(100, PERCH)] * 2)


def read_or_refused(source):
    """A document; None if the file is refused, in one line."""
    try:
        return formats.document(source, "x.pdf")
    except ArticleError as error:
        return None if "\n" not in str(error) else pytest.fail(str(error))


def test_damaged_files():
    """Whatever the damage, a file is read or refused in one line, and quotes are cut from the text."""
    source = pdf([*cited(), *paragraph(150, PERCH)], paragraph(100, PIKE))
    chance = random.Random(7)  # noqa: S311 - the same damage each time
    for _ in range(200):
        damaged = bytearray(source)
        for _ in range(chance.choice((1, 5, 50))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        del damaged[chance.randrange(len(damaged) // 2, 2 * len(damaged)) :]
        document = read_or_refused(bytes(damaged))
        assert document is None or all(document[sentence.span].strip() for sentence in document.sentences)


def packed(content, times=1):
    """The start of a PDF with a stream that was packed, perhaps several times."""
    for _ in range(times):
        content = zlib.compress(content)
    return b"%PDF-1.7\n4 0 obj << /Filter /FlateDecode >>\nstream\n" + content + b"\nendstream"


@pytest.mark.parametrize(
    ("source", "large"),
    [
        (packed(b" " * 5_000_000), True),
        (packed(b" " * 5_000_000, times=2), True),
        (packed(b"(fish) Tj " * 30_000), True),
        (packed(b"(fish) Tj " * 1000), False),
        (packed(b"0 0 m 9 9 l S " * 70_000), False),
        (packed(b" " * 5_000_000)[:60], False),
        (FISH, False),
    ],
)
def test_what_unpacks_to_too_much(source, large, monkeypatch):
    """A small file that stands for a huge one is refused before it is unpacked; drawings may be large."""
    monkeypatch.setattr(streams, "MAX_UNPACKED", 4_000_000)
    monkeypatch.setattr(streams, "MAX_SHOWN", 100_000)
    assert streams.are_too_large(source) is large
    if large:
        with pytest.raises(ArticleError, match="unpacks to far more than the pages of an article"):
            formats.document(source, "x.pdf")


def test_text_outside_the_page_or_of_no_size():
    """Odd places and sizes do not break the reader."""
    odd = [Text(-5000, 9e6, "Far away"), Text(LEFT, 100, "No size", 0), Text(LEFT, HEIGHT + 50, "Below")]
    assert PERCH in read([*odd, *paragraph(100, PERCH)])


def test_pages_that_are_all_the_same():
    """What stands on every page is a running head, unless there is nothing else."""
    page = column(LEFT, 72, "A perch is 30 cm long.", "It lives in lakes.")
    assert "A perch is 30 cm long." in read(page, page)


@pytest.mark.parametrize(
    ("times", "letters", "depth"), [(100, 10_000, 0), (100_000, 34, 0), (1, 10_000, 3), (1, 34, 9)]
)
def test_forms_that_are_drawn_again_and_again(times, letters, depth):
    """A few bytes make PDFium read a form a million times, in forms that draw forms; that is refused before."""
    with pytest.raises(ArticleError, match="unpacks to far more than the pages of an article"):
        convert(drawing(times, letters, depth), "x.pdf")


@pytest.mark.parametrize(("times", "depth"), [(1, 0), (20, 0), (1, 1), (1, 2000)])
def test_forms(times, depth):
    """A form that is drawn some times is read like the page's own text; one in thousands of others is refused."""
    content = drawing(times, 340, depth)
    assert streams.are_too_large(content) is (depth == 2000)
    if depth < 2000:
        assert "long." in convert(content, "x.pdf").text
