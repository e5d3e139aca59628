"""Entries of a reference list for reference managers: BibTeX, RIS and CSL-JSON.

An entry is free text in any style, so only what can be read safely becomes a field: DOI, PubMed number, address, year,
and a title that stands in quotation marks. The whole entry, as it is printed, is a note. No library is used: those that
write these formats want the fields that are not known, and each format takes a few lines.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from chatbot.answers.bibliography import year
from chatbot.inspection.identifiers import address, pubmed_number
from chatbot.reply import DOI

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from chatbot.reply import Source

_NO_KEY = re.compile(r"[^A-Za-z0-9]+")  # in keys of BibTeX
_QUOTED = re.compile(r"[\"“]([^\"“”]{10,300}?)[.,]?[\"”]")
_SPECIAL = {char: f"\\{char}" for char in "&%$#_{}"} | {"\\": r"\textbackslash{}", "~": r"\~{}", "^": r"\^{}"}
_BIBTEX = str.maketrans(_SPECIAL)


@dataclass(frozen=True, slots=True)
class Fields:
    """What can be read safely in an entry; None where it cannot. `note` is all of it, on one line."""

    key: str
    note: str
    title: str | None
    year: int | None
    doi: str | None
    pmid: str | None
    url: str | None


def _only(found: Iterable[str]) -> str | None:
    """The only one of some strings; None if there are others, because then none is sure."""
    distinct = dict.fromkeys(found)
    return next(iter(distinct)) if len(distinct) == 1 else None


def _key(source: Source) -> str:
    """The document and the number or label of an entry: "leaky-gut-3"."""
    name = f"{PurePath(source.document.name).stem} {source.mark}"
    return _NO_KEY.sub("-", name).strip("-").lower() or "entry"


def fields(source: Source) -> Fields:
    """The fields of an entry, or of a note."""
    text = " ".join(source.text.split())
    return Fields(
        key=_key(source),
        note=text,
        title=_only(_QUOTED.findall(text)),
        year=year(text),
        doi=_only(DOI.findall(text)),
        pmid=pubmed_number(text),
        url=address(source),
    )


def _bibtex(item: Fields) -> str:
    values = {
        "title": item.title,
        "year": item.year,
        "doi": item.doi,
        "pmid": item.pmid,
        "url": item.url,
        "note": item.note,
    }
    exact = ("doi", "url")  # an address is no text: BibTeX's styles print it as it is
    lines = [
        f"  {name} = {{{value if name in exact else str(value).translate(_BIBTEX)}}}"
        for name, value in values.items()
        if value is not None
    ]
    return f"@misc{{{item.key},\n" + ",\n".join(lines) + "\n}\n"


def _ris(item: Fields) -> str:
    values = [
        ("TY", "GEN"),
        ("ID", item.key),
        ("TI", item.title),
        ("PY", item.year),
        ("DO", item.doi),
        ("AN", item.pmid),
        ("UR", item.url),
        ("N1", item.note),
    ]
    return "".join(f"{tag}  - {value}\n" for tag, value in values if value is not None) + "ER  - \n"


def _csl(item: Fields) -> dict[str, Any]:
    values = {
        "id": item.key,
        "type": "document",
        "title": item.title,
        "issued": {"date-parts": [[item.year]]} if item.year else None,
        "DOI": item.doi,
        "PMID": item.pmid,
        "URL": item.url,
        "note": item.note,
    }
    return {name: value for name, value in values.items() if value is not None}


def _with_own_keys(items: Sequence[Fields]) -> list[Fields]:
    """The items; where two lists have an entry with the same number, the later one gets another key."""
    seen: dict[str, int] = {}
    found: list[Fields] = []
    for item in items:
        seen[item.key] = seen.get(item.key, 0) + 1
        found.append(item if seen[item.key] == 1 else replace(item, key=f"{item.key}-{seen[item.key]}"))
    return found


def bibtex(sources: Iterable[Source]) -> str:
    """Entries as BibTeX, one `@misc` each."""
    return "\n".join(map(_bibtex, _with_own_keys([*map(fields, sources)])))


def ris(sources: Iterable[Source]) -> str:
    """Entries as RIS, one generic reference each."""
    return "\n".join(map(_ris, _with_own_keys([*map(fields, sources)])))


def csl_json(sources: Iterable[Source]) -> str:
    """Entries as CSL-JSON, one `document` each."""
    return json.dumps([*map(_csl, _with_own_keys([*map(fields, sources)]))], ensure_ascii=False, indent=2) + "\n"


class Format(NamedTuple):
    """How entries are written for reference managers, and by what a file and a reply of the server say so."""

    write: Callable[[Iterable[Source]], str]
    suffix: str
    media_type: str


FORMATS: Mapping[str, Format] = {
    "bibtex": Format(bibtex, ".bib", "application/x-bibtex"),
    "ris": Format(ris, ".ris", "application/x-research-info-systems"),
    "csl-json": Format(csl_json, ".json", "application/vnd.citationstyles.csl+json"),
}
