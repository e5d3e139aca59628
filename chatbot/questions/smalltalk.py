"""The replies to small talk: the program's own words, which never look like the document's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.questions.intents import Intent

if TYPE_CHECKING:
    from collections.abc import Mapping

REPLIES: Mapping[Intent, str] = {
    Intent.GREETING: "Hello. Ask me anything about the article; I answer with its own sentences.",
    Intent.THANKS: "You are welcome.",
    Intent.BYE: "Goodbye.",
    Intent.WHO: (
        "I am a program that answers questions about an article with the article's own sentences and references. "
        "I write no answers of my own, and I am no doctor and no person."
    ),
    Intent.HELP: (
        "Ask a question about the article in your own words. I quote the sentences that answer it, or say that none "
        "does."
    ),
    Intent.FEEDBACK: "Thank you for telling me. If an answer was wrong, ask again in other words.",
}
