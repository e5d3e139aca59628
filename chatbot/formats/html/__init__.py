"""Web pages: their main content as Markdown, each block with the `id` or XPath that leads to it.

lxml reads the page, since citations, lists and places need the page's own tree; extractors of main text give text only.
"""

from chatbot.formats.html.page import convert, written
from chatbot.formats.html.text import Page

__all__ = ["Page", "convert", "written"]
