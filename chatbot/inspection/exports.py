"""Entries for reference managers: BibTeX, RIS and CSL-JSON.

An article prints an entry as one text. Which part of it is the author and which the title cannot be known for certain,
so nothing is guessed: the whole entry is the title, and its DOI, PubMed number and address are fields of their own.
From a DOI, a reference manager fetches the rest.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING

from chatbot.inspection.identifiers import address, pubmed_number
from chatbot.reply import doi

if TYPE_CHECKING:
    from chatbot.reply import Source

_NO_KEY = re.compile(r"[^A-Za-z0-9]+")  # in keys of BibTeX
_LATEX = re.compile(r"[\\{}%&#_$~^]")
_LATEX_WORDS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


@dataclass(frozen=True, slots=True)
class _Record:
    """An entry as reference managers see it; `text` is on one line."""

    key: str
    text: str
    doi: str | None
    pmid: str | None
    url: str | None


def _key(source: Source) -> str:
    """The document and the number or label of an entry: `leaky-gut-3`."""
    name = f"{PurePath(source.document.name).stem} {source.mark}"
    return _NO_KEY.sub("-", name).strip("-").lower() or "entry"


def _records(sources: Iterable[Source]) -> Iterator[_Record]:
    """The entries, each with a key of its own: lists may restart their numbers."""
    used: Counter[str] = Counter()
    for source in sources:
        key = _key(source)
        used[key] += 1
        unique = key if used[key] == 1 else f"{key}-{used[key]}"
        text = " ".join(source.text.split())
        yield _Record(unique, text, doi(text), pubmed_number(text), address(source))


def _latex(text: str) -> str:
    return _LATEX.sub(lambda match: _LATEX_WORDS.get(match.group(), f"\\{match.group()}"), text)


def bibtex(sources: Iterable[Source]) -> str:
    """The entries as BibTeX."""
    return "\n".join(map(_bibtex, _records(sources)))


def _bibtex(record: _Record) -> str:
    # double braces keep the capitals; the other fields are taken as they are
    fields = {"title": f"{{{_latex(record.text)}}}", "doi": record.doi, "pmid": record.pmid, "url": record.url}
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@misc{{{record.key},\n{''.join(lines)}}}\n"


def ris(sources: Iterable[Source]) -> str:
    """The entries as RIS."""
    return "\n".join(map(_ris, _records(sources)))


def _ris(record: _Record) -> str:
    fields = {"TY": "GEN", "ID": record.key, "TI": record.text, "DO": record.doi, "AN": record.pmid, "UR": record.url}
    lines = [f"{name}  - {value}\n" for name, value in fields.items() if value]
    return f"{''.join(lines)}ER  - \n"


def csl_json(sources: Iterable[Source]) -> str:
    """The entries as CSL-JSON, which citation processors read."""
    return json.dumps(list(map(_csl, _records(sources))), ensure_ascii=False, indent=2) + "\n"


def _csl(record: _Record) -> dict[str, str]:
    fields = {"title": record.text, "DOI": record.doi, "PMID": record.pmid, "URL": record.url}
    return {"id": record.key, "type": "document", **{name: value for name, value in fields.items() if value}}


FORMATS: Mapping[str, Callable[[Iterable[Source]], str]] = MappingProxyType(
    {".bib": bibtex, ".ris": ris, ".json": csl_json}
)
