"""How a collection lies in OpenSearch: the fields of its records, and the fingerprint of the analysis behind them.

Terms are analysed here and split at white space there, so that analysis stays in one place. Units of each kind have a
field of their own, since the statistics of BM25 count by field.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata, resources
from typing import Any

from chatbot.index.part import K1, B

UNITS = ("sentence", "passage", "entry")  # kinds of records, each with a field of that name
_FORMAT = 2  # of the records; count up when they change
_ANALYSING = (  # packages and modules whose code decides what the records are
    ("chatbot.documents", ""),
    ("chatbot.formats", ""),
    ("chatbot.formats.docx", ""),
    ("chatbot.formats.html", ""),
    ("chatbot.formats.jats", ""),
    ("chatbot.formats.pdf", ""),
    ("chatbot.language", "terms.py"),
    ("chatbot.index", "analysis.py"),
    ("chatbot.index", "passages.py"),
    ("chatbot.answers", "faq.py"),
    ("chatbot.answers", "fields.py"),
    ("chatbot.answers", "sections.py"),
)
_LONGEST = 200  # characters of a token; Lucene splits at 255


@cache
def analysis() -> str:
    """The fingerprint of the code that analyses documents: records of another one would not be found."""
    digest = hashlib.sha256(f"{_FORMAT} {metadata.version('nltk')}".encode())
    for package, module in _ANALYSING:
        for file in sorted(resources.files(package).iterdir(), key=lambda file: file.name):
            if file.name == module or (not module and file.name.endswith(".py")):
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def token(stem: str) -> str:
    """A stem as it is searched for; of a very long one, its hash."""
    return stem if len(stem) <= _LONGEST else hashlib.sha256(stem.encode()).hexdigest()


def index_body(*, shards: int) -> dict[str, Any]:
    """The settings and the fields of an index."""
    unit = {"type": "text", "analyzer": "whitespace", "similarity": "rank_bm25", "index_options": "freqs"}
    blob = {"type": "binary"}
    return {
        "settings": {
            "number_of_shards": shards,
            "auto_expand_replicas": "0-1",  # a copy as soon as there is a second node
            "refresh_interval": "30s",
            "similarity": {"rank_bm25": {"type": "BM25", "k1": K1, "b": B}},
        },
        "mappings": {
            "dynamic": "strict",
            "properties": {
                **{name: {"type": "keyword"} for name in ("kind", "document", "version", "order", "name", "sha256")},
                **{name: {"type": "keyword"} for name in ("stems", "path_stems", "words", "numbers", "above", "first")},
                **dict.fromkeys(UNITS, unit),
                "number": {"type": "integer"},
                "stem_count": {"type": "integer"},
                "asks": {"type": "boolean"},
                "negated": {"type": "boolean"},
                "ready": {"type": "boolean"},
                "line_kind": {"type": "keyword", "index": False, "doc_values": False},
                "text": {"type": "keyword", "index": False, "doc_values": False},
                "section": {"type": "keyword", "index": False, "doc_values": False},
                "within": {"type": "integer", "index": False, "doc_values": False},
                "members": {"type": "integer", "index": False, "doc_values": False},
                "span": {"type": "integer", "index": False, "doc_values": False},
                "path": {"type": "keyword", "index": False, "doc_values": False},
                "sizes": {"type": "object", "enabled": False},
                "state": {"type": "object", "enabled": False},
                "body": blob,
                "counts": blob,
                "synonyms": blob,
            },
        },
    }
