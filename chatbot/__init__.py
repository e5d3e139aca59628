"""Ask an article; get its own words, with its own reference numbers, or an honest "the article does not say"."""

from chatbot.bot import Chatbot
from chatbot.conversation import Conversation, Turn
from chatbot.errors import ArticleError, ChatbotError, QuestionError
from chatbot.reply import Entry, Quote, Reply, ReplyKind

__all__ = [
    "ArticleError",
    "Chatbot",
    "ChatbotError",
    "Conversation",
    "Entry",
    "QuestionError",
    "Quote",
    "Reply",
    "ReplyKind",
    "Turn",
]
__version__ = "0.1.0"
