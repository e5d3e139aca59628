"""Word files: headings by style, lists as they are numbered, footnotes and endnotes, without deleted text.

python-docx opens the package and knows its styles; it has no footnotes, superscripts or numbers in its text, so the
paragraphs are read from the XML that it gives.
"""

from chatbot.formats.docx.package import convert

__all__ = ["convert"]
