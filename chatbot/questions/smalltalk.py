"""Small talk around questions, answered in one line of the program's own, marked as such."""

from __future__ import annotations

import re
from typing import NamedTuple

from chatbot.language.terms import fold


class Courtesy(NamedTuple):
    """A pattern for a whole message, and the answer to it."""

    pattern: re.Pattern[str]
    answer: str


_GREETING = r"(?:hi|hello|hey+|hiya|howdy|greetings|yo|good (?:morning|afternoon|evening|day)|salut|hallo)"
_PEOPLE = r"(?: (?:there|all|everyone|everybody|folks|guys|bot|chatbot|friend|lovely people|dear))*"
_THANKS = r"(?:thanks?(?: you)?|thx|ty|cheers|much appreciated|great|perfect|nice|cool|awesome|brilliant|lovely|got it)"
_FILLER = (
    r"(?: (?:so|very|a lot|lots|much|a million|again|all|then|you|for (?:that|this|your (?:help|time|answer)"
    r"|the help|everything)"
    r"|that(?:'s| is| was)? (?:really |very |so |super )?(?:helpful|great|useful|clear|good|kind|nice|all)"
    r"|really|helpful"
    r"|this helps|that helps|it helps|that helped|mate|man|buddy|love))*"
)

_HELLO = "Hello. Ask me anything about the article; I answer with its own sentences."
_WELCOME = "You are welcome."
_BYE = "Goodbye."
_WHO = (
    "I am a program that answers questions about an article with the article's own sentences and references. "
    "I write no answers of my own, and I am no doctor and no person."
)
_HELP = (
    "Ask a question about the article in your own words. I quote the sentences that answer it, or say that none does."
)

_COURTESIES = tuple(
    Courtesy(re.compile(pattern), answer)
    for pattern, answer in (
        (rf"{_GREETING}{_PEOPLE}", _HELLO),
        (rf"{_GREETING}?{_PEOPLE} ?how (?:are|r) (?:you|u)(?: doing| today)*", _HELLO),
        (r"(?:how are you|what'?s up|sup|how is it going|how's it going)(?: today)?", _HELLO),
        (rf"(?:ok(?:ay)? |oh |ah |wow |right |many |well )*{_THANKS}(?: {_THANKS})*{_FILLER}", _WELCOME),
        (
            r"(?:ok(?:ay)?|i see|right|sure|fine|alright|understood|makes sense|no|nope|wow|interesting|good to know)",
            _WELCOME,
        ),
        (
            rf"(?:ok(?:ay)? |{_THANKS} )*(?:bye(?: bye)?|goodbye|see (?:you|ya)(?: later)?|good ?night|ciao"
            rf"|farewell|quit|exit)",
            _BYE,
        ),
        (
            r"(?:and )?(?:who|what) (?:are|r) (?:you|u)(?: exactly| really)*|what(?:'s| is) your name"
            r"|who (?:made|built|wrote) you"
            r"|(?:are|r) (?:you|u) (?:an? |the |really |even )*"
            r"(?:doctor|physician|human|person|bot|robot|chatbot|ai|real|real person|machine|expert|lawyer"
            r"|nurse|program"
            r"|language model|llm|chatgpt|gpt|computer)(?: person)?(?: or (?:an? )?\w+)?"
            r"|(?:am i|i am) (?:talking|speaking|chatting) (?:to|with) (?:an? )?\w+(?: \w+)?",
            _WHO,
        ),
        (
            r"help(?: me)?(?: please)?|(?:please )?help me|what can (?:you|u) do(?: for me)?|how (?:do(?:es)?"
            r"|can|should) (?:this|it|i|you|u)"
            r"(?: use)?(?: (?:this|it|you))?(?: work)?|how do i use (?:this|you|it)",
            _HELP,
        ),
    )
)
_PARTS = re.compile(r"[.,;!?]+\s+|\s+and\s+", re.IGNORECASE)
_INSULT = (
    r"(?:(?:you|u|your|are|r|re|so|an?|the|such|this|bloody|damn|fucking)\W+)*(?:stupid|dumb|useless|silly|idiotic|lazy|worthless"
    r"|rubbish|idiot|moron)(?: (?:bot|chatbot|robot|machine|thing|program|computer|ai))?"
)
_LEADING = re.compile(
    rf"\W*(?:{_GREETING}{_PEOPLE}(?![\w'’-])|{_THANKS}{_FILLER}(?=[.!,;]+\s)|(?:ok(?:ay)?|right|well|sorry"
    rf"|alright)(?=[.!,;]+\s)|{_INSULT}(?=[.!,;:]+\s))"
    r"[\s.!,;:–—-]*",
    re.IGNORECASE,
)


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[^\w' ]+", " ", fold(text)).split())


def _answer(message: str) -> str | None:
    bare = _bare(message)
    return next((answer for pattern, answer in _COURTESIES if pattern.fullmatch(bare)), None)


def courtesy(message: str) -> str | None:
    """The answer to a message that is nothing but small talk; None for any other message."""
    if answer := _answer(message):
        return answer
    answers = [_answer(part) for part in _PARTS.split(message) if _bare(part)]  # "thanks a lot, bye"
    return answers[-1] if len(answers) > 1 and all(answers) else None


def without_greeting(message: str) -> str:
    """A message without its opening courtesies; unchanged if nothing else is in it."""
    rest = message
    while match := _LEADING.match(rest):
        rest = rest[match.end() :]
    return rest if any(char.isalnum() for char in rest) else message
