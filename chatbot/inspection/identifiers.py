"""Where the publication of an entry can be read, by what the entry prints: an address, a DOI, a PubMed number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatbot.reply import Source

_PMID = re.compile(r"\bPMID:?\s*(\d{1,9})\b", re.IGNORECASE)
_PMCID = re.compile(r"\bPMC\d{4,9}\b", re.IGNORECASE)


def pubmed_number(text: str) -> str | None:
    """The PubMed number (PMID) that a text prints."""
    found = _PMID.search(text)
    return found.group(1) if found else None


def address(source: Source) -> str | None:
    """Where an entry can be read: the address or DOI that it prints, or else its page in PubMed or PubMed Central."""
    if source.url:
        return source.url
    if number := pubmed_number(source.text):
        return f"https://pubmed.ncbi.nlm.nih.gov/{number}/"
    central = _PMCID.search(source.text)
    return f"https://pmc.ncbi.nlm.nih.gov/articles/{central.group().upper()}/" if central else None
