"""The types of the HTTP interface: requests are validated by them, responses are described by them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chatbot.server.config import ServerSettings

SURROGATE = re.compile("[\ud800-\udfff]")
_QUESTION = "How do I return a parcel?"


def _whole(text: str) -> str:
    """Raise ValueError for a text that is none: JSON can write half of a character, a lone surrogate."""
    if not text.isascii() and SURROGATE.search(text):
        raise ValueError("Input should be text, and has a lone surrogate")
    return text


Unicode = Annotated[str, AfterValidator(_whole)]
Text = Annotated[Unicode, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class Question(_Strict):
    """A question, and the earlier questions of the conversation, oldest first."""

    question: Text = Field(examples=[_QUESTION])
    history: list[Unicode] = Field(default=[], examples=[[]])


class Words(_Strict):
    """The words to search for."""

    query: Text = Field(examples=["return a parcel"])
    count: int = Field(default=5, ge=1, le=20)


class Feedback(_Strict):
    """Feedback on a reply; its id is in the header `X-Reply-ID` of that reply."""

    reply_id: Text = Field(examples=["01JD4V5W6X7Y8Z9A0B1C2D3E4F"])
    helpful: bool
    comment: Unicode = Field(default="", max_length=ServerSettings().question_limit)


class QuoteModel(BaseModel):
    """A verbatim part of a document; offsets count Unicode code points. `references` are the numbers printed in it.

    `page`, `element` (an `id` or XPath) and `paragraph` say where it starts in the source, as far as its format does.
    """

    text: str
    document: str
    sha256: str
    start: int
    end: int
    line: int
    page: int | None
    element: str | None
    paragraph: int | None
    section: str
    references: list[int]


class EntryModel(BaseModel):
    """An entry of a reference list; `url` is the address that it prints, `section` the chapter that the list serves."""

    number: int
    text: str
    start: int
    end: int
    url: str | None
    section: str


class NoteModel(BaseModel):
    """What a mark that is no number stands for; `label` is empty for an entry of a list without numbers."""

    label: str
    text: str
    start: int
    end: int
    url: str | None


class Correction(BaseModel):
    """A word of the question, and what it was read as."""

    from_: str = Field(alias="from")
    to: str


class Why(BaseModel):
    """The evidence for an answer; of a refused question the nearest passages, and words that no sentence mentions."""

    best: int
    evidence: dict[str, float]
    near: list[QuoteModel]
    missing: list[str]
    parts: list[dict[str, Any]]


class ReplyModel(BaseModel):
    """The answer to a question: quotes, or none and `answered: false`."""

    schema_: int = Field(alias="schema")
    question: str
    understood: str
    kind: Literal["quote", "reference", "overview", "smalltalk", "none"]
    answered: bool
    text: str
    quotes: list[QuoteModel]
    references: list[EntryModel]
    notes: list[NoteModel]
    confidence: float = Field(ge=0, le=1)
    corrections: list[Correction]
    suggestions: list[str]
    why: Why


class HitModel(QuoteModel):
    """A passage that a search found."""

    id: str
    score: float


class Hits(BaseModel):
    """The best passages, best first."""

    hits: list[HitModel]


class SectionModel(BaseModel):
    """A section: its heading, its level, and where it starts."""

    title: str
    level: int
    start: int


class DocumentModel(BaseModel):
    """A document; `references` is the number of entries in its list."""

    id: str
    title: str
    sha256: str
    characters: int
    sections: list[SectionModel]
    references: int


class DocumentText(DocumentModel):
    """A document with its text and layout.

    `markers`: each printed citation, with its reference numbers and the places of its notes. `blocks`: what a reader
    sees, as a tree. A leaf is a place `[start, end]`, with a third value if other characters are shown for it, like `&`
    for `&amp;`; an element has a `tag`, `children` and perhaps `href`, `start`, `align` or `class`.
    """

    text: str
    sentences: list[tuple[int, int]]
    markers: list[tuple[int, int, list[int], list[tuple[int, int]]]]
    blocks: list[Any]


class Documents(BaseModel):
    """The documents that answers come from."""

    documents: list[DocumentModel]


class CitedModel(EntryModel):
    """An entry, and the places of the sentences that cite it."""

    cited: list[tuple[int, int]]


class CitedNoteModel(NoteModel):
    """A note, and the places of the sentences that have its mark."""

    cited: list[tuple[int, int]]


class References(BaseModel):
    """The reference lists of a document, and the notes that marks stand for."""

    references: list[CitedModel]
    notes: list[CitedNoteModel]


class Suggestions(BaseModel):
    """Questions that the documents answer."""

    suggestions: list[str]


class Questions(BaseModel):
    """Questions that the documents answer, as many as were tried."""

    questions: list[str]


class Health(BaseModel):
    """The server is running."""

    status: Literal["ok"] = "ok"


class DocumentState(BaseModel):
    """A document in use, and why it is older than its file, if it is."""

    id: str
    sha256: str
    problem: str | None


class Readiness(BaseModel):
    """`degraded`: a document cannot be read any more, and its previous version is in use.

    Where a token is needed, `documents` is only for those who send it.
    """

    status: Literal["ready", "degraded"]
    documents: list[DocumentState] | None = None


class Problem(BaseModel):
    """What went wrong, and what to do."""

    code: str
    message: str
    request_id: str


class Failure(BaseModel):
    """Every error has this shape."""

    error: Problem
