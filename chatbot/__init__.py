"""Ask an article; get its own words, with its own reference numbers, or an honest "the article does not say".

Text is only ever cut out of a document by offsets, never written; everything below follows from that.

    file     -> formats: reader -> Markdown, places in the source
    article  -> documents: parser -> Document -> index: Passages, BM25, vectors
    question -> questions: Query, context -> answers: routes -> candidates -> features -> ranking -> threshold -> Reply
    case     -> evals: runner -> judge -> metrics -> thresholds -> reports

Packages, top to bottom; a package imports only from packages below it (the import contract in `pyproject.toml`):

    cli            the command line: each command parses, makes one call, renders
    evals          cases, formats, metrics, run, reports; GitHub, lint, the pytest plug-in
    mcp            tools for programs that use models
    chat | server  the interactive chat | HTTP, the chat page, middleware, the document store
    terminal | question_log    replies as styled text | what was asked, and the gaps it shows
    inspection     what was understood of an article; look-ups without a question
    bot            the library: open an article, ask it
    opensearch     a collection that is kept in OpenSearch: written by `index`, asked like one in memory
    answers        routes, candidates, features, ranking, selection, completion; overviews, reference questions, FAQ
    questions      query, context of the conversation, several questions in one, small talk
    index          passages, BM25, sentence vectors; owns the order of hits, and ties
    formats        from files of any format to Documents
    language | semantic        terms, spelling, synonyms | sentence encoder and reader; no documents
    conversation, reply        values that pass between the packages
    documents      from text to a Document; knows nothing of questions
    inputs         from the names of files, folders and patterns to files
    common         files, the cache, JSON, wording, progress
    settings
    errors

The library prints nothing and reads no clock, and what it keeps can be computed again: the same article and the same
turns give the same bytes.
"""

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chatbot.bot import Chat, Chatbot
    from chatbot.conversation import Conversation, Turn
    from chatbot.documents.model import Document, Marker, Note, Place, PlaceStart, Reference, Section, Sentence, Span
    from chatbot.errors import (
        ArticleError,
        CaseError,
        ChatbotError,
        EngineError,
        LogError,
        QuestionError,
        ReplyError,
        SemanticError,
        UsageError,
    )
    from chatbot.index.index import Hit
    from chatbot.index.passages import Passage
    from chatbot.reply import Correction, Entry, NoteEntry, Quote, Reply, ReplyKind, RunnerUp
    from chatbot.settings import Settings

__all__ = [
    "ArticleError",
    "CaseError",
    "Chat",
    "Chatbot",
    "ChatbotError",
    "Conversation",
    "Correction",
    "Document",
    "EngineError",
    "Entry",
    "Hit",
    "LogError",
    "Marker",
    "Note",
    "NoteEntry",
    "Passage",
    "Place",
    "PlaceStart",
    "QuestionError",
    "Quote",
    "Reference",
    "Reply",
    "ReplyError",
    "ReplyKind",
    "RunnerUp",
    "Section",
    "SemanticError",
    "Sentence",
    "Settings",
    "Span",
    "Turn",
    "UsageError",
]
__version__ = "0.1.0"

logging.getLogger(__name__).addHandler(logging.NullHandler())  # the application decides where the log goes


_MODULES = ("bot", "reply", "documents.model", "errors", "conversation", "settings", "index.index", "index.passages")


def __getattr__(name: str) -> Any:
    """The names of `__all__` are imported when they are asked for, so that a command can start before all is loaded."""
    for module in _MODULES if name in __all__ else ():
        found = getattr(import_module(f"{__name__}.{module}"), name, None)
        if found is not None and found.__module__ == f"{__name__}.{module}":
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
