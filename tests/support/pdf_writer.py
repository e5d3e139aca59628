"""A small writer of PDFs: text in Times at places on pages, for tests of the reader."""

from typing import NamedTuple

WIDTH, HEIGHT = 595, 842  # A4, in points
_FONTS = {"F1": "Times-Roman", "F2": "Times-Bold", "F3": "Courier"}
# of Times-Roman, in thousandths of the size: enough to place words one after the other
_WIDTHS = {
    **dict.fromkeys("abdghknopquvxy0123456789$_?", 500), **dict.fromkeys("ceaz", 444), **dict.fromkeys("ijlt", 278),
    **dict.fromkeys(" .,", 250), **dict.fromkeys("fr-()[]", 333), "m": 778, "w": 722, "s": 389, ":": 278, ";": 278,
    **dict.fromkeys("ABCDEGHKNOQRUVXYw", 722), **dict.fromkeys("FLPSTZ", 600), "M": 889, "W": 944, "I": 333, "J": 389,
}  # fmt: skip


class Text(NamedTuple):
    """A text at a place, in points from the upper left corner of the page; `y` is its baseline."""

    x: float
    y: float
    text: str
    size: float = 10
    bold: bool = False
    fixed: bool = False


def width(text, size=10):
    """About how wide a text is."""
    return sum(_WIDTHS.get(char, 600) for char in text) * size / 1000


def column(x, y, *lines, size=10, leading=12, bold=False):
    """Lines below each other."""
    return [Text(x, y + number * leading, line, size, bold) for number, line in enumerate(lines)]


def filled(x, y, words, *, right, size=10, leading=12, indent=0):
    """A paragraph, its lines filled up to the right edge, as a typesetter does."""
    lines: list[str] = []
    line = ""
    for word in words.split():
        start = x + (indent if not lines else 0)
        if line and start + width(f"{line} {word}", size) > right:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    return [
        Text(x + (indent if not number else 0), y + number * leading, text, size) for number, text in enumerate(lines)
    ]


def _escaped(text):
    raw = text.encode("cp1252")
    return b"".join(b"\\" + bytes([byte]) if byte in b"\\()" else bytes([byte]) for byte in raw)


def _content(texts):
    drawn = (
        b"BT /%s %.2f Tf %.2f %.2f Td (%s) Tj ET"
        % (
            b"F3" if text.fixed else b"F2" if text.bold else b"F1",
            text.size,
            text.x,
            HEIGHT - text.y,
            _escaped(text.text),
        )
        for text in texts
    )
    return b"\n".join(drawn)


def pdf(*pages, trailer=b"", rotate=0):
    """A PDF of some pages, each a sequence of texts; `trailer` is added to its last dictionary."""
    fonts = b"".join(
        b"/%s << /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >> "
        % (key.encode(), name.encode())
        for key, name in _FONTS.items()
    )
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(len(pages)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages))]
    for number, page in enumerate(pages):
        content = _content(page)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Rotate %d /Resources << /Font << %s >> >> "
            b"/Contents %d 0 R >>" % (WIDTH, HEIGHT, rotate, fonts, 4 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return written(objects, trailer)


def drawing(times, letters, depth=0):
    """A PDF whose page draws a form so often, or forms that draw it, each ten times, so deep."""
    fonts = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> >>"
    text = b"BT /F1 10 Tf 72 700 Td (%s) Tj ET" % (b"A perch is long. " * (letters // 17))
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << %s >> /Length %d >>\nstream\n%s\nendstream"
    )
    outer, page = b"/Fm0 Do " * 10, b"/Fm0 Do " * times
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << %s /XObject << /Fm0 5 0 R >> >> "
        b"/Contents 4 0 R >>" % fonts,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        *(form % (b"/XObject << /Fm0 %d 0 R >>" % (6 + level), len(outer), outer) for level in range(depth)),
        form % (fonts, len(text), text),
    ]
    return written(objects)


def written(objects, trailer=b""):
    """A file of some objects, the first of which is its catalogue."""
    body, offsets = b"%PDF-1.7\n", []
    for number, item in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, trailer, len(body))
    )
