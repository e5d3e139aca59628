"""All articles that the tests have: texts, and a file of each format."""

from support import articles
from support.files import BOOK, JATS, PAGE, PERCH_READ, TEXT, archive, odt, saved, word

TEXTS = {name: text for name, text in vars(articles).items() if name.isupper() and isinstance(text, str)}
FILES = {
    "x.html": PAGE.encode(),
    "x.xml": JATS.encode(),
    "x.odt": odt(TEXT),
    "x.docx": saved(word()),
    "x.epub": archive(BOOK),
    "x.md": PERCH_READ.encode(),
}
