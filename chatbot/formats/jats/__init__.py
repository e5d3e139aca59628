"""JATS XML, the format of PubMed Central: sections, citations by `xref`, and the list that they lead to."""

from chatbot.formats.jats.article import convert

__all__ = ["convert"]
