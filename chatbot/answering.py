"""From a question to a reply: candidates are found, weighed by their evidence, and quoted, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.analysis import terms
from chatbot.reply import Quote, Reply, ReplyKind
from chatbot.retrieval import ranked

if TYPE_CHECKING:
    from chatbot.retrieval import Index


def answer(index: Index, question: str) -> Reply:
    stems = [term.stem for term in terms(question)]
    best = ranked(index.sentence_engine.scores(stems), 1)
    if not best:
        return Reply(question, question, ReplyKind.NONE, said="The article does not say.")
    sentence = index.sentence(best[0])
    quote = Quote(index.document(best[0]), sentence.span, sentence.section, sentence.numbers)
    return Reply(question, question, ReplyKind.QUOTE, (quote,), confidence=0.5)
