"""Judges one turn: whether the answer, its citations and the text of its quotes are right, and if not, why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from chatbot.evals.cases.gold_text import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from chatbot.evals.cases.cases import Case, CaseTurn
    from chatbot.reply import Quote, Reply

SPARE_QUOTES = 3  # quotes that a right answer may show beyond one per group of gold
UNKNOWN = "unknown"  # stands for the relevant passage of a turn that raised before a search
UNCAPPED = "overview"  # the tag of cases that may show any number of quotes


class Reason(str, Enum):
    """Why a turn is wrong, or what is wrong with a right one."""

    NONE = ""
    NOT_RETRIEVED = "not retrieved"  # no gold in the passages found
    WRONG_SENTENCE = "wrong sentence"
    MISSED = "missed"  # refused, though answerable
    ANSWERED = "should have abstained"
    TOO_MANY = "too many quotes"
    CITATION = "citation"  # right, but with a missing or superfluous number
    ALTERED = "altered quote"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The judgement of one turn, with what was replied."""

    case: Case
    turn: CaseTurn
    right: bool  # whether the answer or the refusal is right, by the rule of `Case`
    first_right: bool = False  # by the most confident quote alone
    abstained: bool = False  # whether nothing was quoted
    citations_right: bool = False
    altered: int = 0  # quotes whose text differs from the document's
    shown: int = 0  # sentences
    quotes: tuple[str, ...] = ()
    cited: tuple[int, ...] = ()  # the numbers of the references shown
    confidence: float = 0.0  # in [0, 1], of an answer or a refusal
    understood: str = ""  # the question as it was understood
    evidence: tuple[tuple[str, float], ...] = ()  # what each feature contributed to the confidence
    hits: tuple[str, ...] = ()  # the names of the passages that a search finds, best first
    relevant: tuple[str, ...] = ()  # the names of the passages with gold
    seconds: float = 0.0  # wall-clock time of the reply
    reason: Reason = Reason.NONE  # what is wrong
    error: str = ""  # the exception, if one was raised

    @property
    def query(self) -> str:
        """The name of the turn in its set: the case's id and the turn's number."""
        return f"{self.case.id}#{self.turn.number}"

    @property
    def uncapped(self) -> bool:
        """Whether the case may show any number of quotes."""
        return UNCAPPED in self.case.tags


def has_any(strings: Iterable[str], text: str) -> bool:
    """Whether a folded text contains any of the strings."""
    return any(folded(string) in text for string in strings)


def _covers(quote: Quote, turn: CaseTurn) -> bool:
    return any(quote.span.start <= span.start and span.end <= quote.span.end for span in turn.accept_spans)


def holds_gold(turn: CaseTurn, quotes: Sequence[Quote]) -> bool:
    """Whether the quotes contain a string of every group of gold, and every string that they must contain."""
    # joined, because a gold string may span two sentences, which must then both be shown
    text = folded(" ".join(quote.text for quote in quotes))
    found = all(has_any(group, text) for group in turn.gold) if turn.gold else False
    spanned = any(_covers(quote, turn) for quote in quotes)
    return (found or spanned) and all(folded(string) in text for string in turn.must_contain)


def _too_many(case: Case, turn: CaseTurn, quotes: Sequence[Quote]) -> bool:
    counted = [quote for quote in quotes if not has_any(turn.tolerated, folded(quote.text))]
    return UNCAPPED not in case.tags and len(counted) > max(1, len(turn.gold)) + SPARE_QUOTES


def _entry_numbers(quote: Quote) -> set[int]:
    """The numbers of the reference entries in a quote; they are printed before the spans of the entries."""
    start, end = quote.span
    return {entry.number for entry in quote.document.references if entry.span.start < end and start < entry.span.end}


def _marker_numbers(quote: Quote) -> set[int]:
    """The numbers of the citation markers inside a quote."""
    markers = (marker for sentence in quote.document.sentences_in(quote.span) for marker in sentence.markers)
    inside = (
        marker for marker in markers if quote.span.start <= marker.span.start and marker.span.end <= quote.span.end
    )
    return {number for marker in inside for number in marker.numbers}


def lent_numbers(quote: Quote) -> set[int]:
    """The citation numbers of a quote that are not printed in it, or before it in the reference list."""
    return set(quote.numbers) - _marker_numbers(quote) - _entry_numbers(quote)


def _numbers_right(quote: Quote) -> bool:
    """Whether a quote has exactly the numbers printed in it: none dropped, none taken from another sentence."""
    return _marker_numbers(quote) <= set(quote.numbers) and not lent_numbers(quote)


def _is_uncited_gold(quote: Quote, turn: CaseTurn) -> bool:
    """Whether a quote contains gold and no citation number."""
    gold = [string for group in turn.gold for string in group]
    return not quote.numbers and has_any(gold, folded(quote.text))


def _citations_right(turn: CaseTurn, reply: Reply) -> bool:
    """Whether the numbers of every quote are right, and all references of the turn are shown.

    The references need not be shown if the quoted gold has no number: a sentence never gets the number of another.
    """
    shown = {entry.number for entry in reply.entries}
    uncited = any(_is_uncited_gold(quote, turn) for quote in reply.quotes)
    return (uncited or set(turn.references) <= shown) and all(map(_numbers_right, reply.quotes))


def _altered(quote: Quote) -> bool:
    shown = quote.to_dict()  # what a reader gets, not what the quote could compute
    return bool(shown["text"] != quote.document.text[shown["start"] : shown["end"]])


def _retrieved(turn: CaseTurn, passages: Sequence[str]) -> bool:
    text = "\n".join(map(folded, passages))
    return all(has_any(group, text) for group in turn.gold)


def _why_wrong(case: Case, turn: CaseTurn, quotes: Sequence[Quote], passages: Callable[[], Sequence[str]]) -> Reason:
    if not turn.answerable:
        return Reason.ANSWERED
    if holds_gold(turn, quotes) and _too_many(case, turn, quotes):
        return Reason.TOO_MANY
    if not _retrieved(turn, passages()):
        return Reason.NOT_RETRIEVED
    return Reason.WRONG_SENTENCE if quotes else Reason.MISSED


def _fault_of_right(turn: CaseTurn, reply: Reply) -> Reason:
    if any(map(_altered, reply.quotes)):
        return Reason.ALTERED
    return Reason.NONE if _citations_right(turn, reply) else Reason.CITATION


def _is_right(case: Case, turn: CaseTurn, quotes: Sequence[Quote]) -> bool:
    if not turn.answerable:
        return not quotes
    return holds_gold(turn, quotes) and not _too_many(case, turn, quotes)


def failed(case: Case, turn: CaseTurn, error: Exception) -> Outcome:
    """The outcome of a turn that raised: neither a right answer nor a refusal.

    So that a crash improves no figure, it has the worst confidence for its question, and a relevant passage that was
    not found.
    """
    return Outcome(
        case,
        turn,
        right=False,
        confidence=0.0 if turn.answerable else 1.0,
        relevant=(UNKNOWN,) if turn.answerable else (),
        reason=Reason.ERROR,
        error=f"{type(error).__name__}: {error}",
    )


def judge(
    case: Case, turn: CaseTurn, reply: Reply, passages: Callable[[], Sequence[str]] = tuple, seconds: float = 0.0
) -> Outcome:
    """Judge the reply to a turn.

    Args:
        case: The case.
        turn: Its turn.
        reply: The program's reply.
        passages: Returns the texts of the passages found; called only for a wrong turn.
        seconds: Wall-clock time of the reply.
    """
    right = turn.smalltalk or _is_right(case, turn, reply.quotes)
    return Outcome(
        case,
        turn,
        right=right,
        first_right=right and _is_right(case, turn, reply.quotes[reply.best : reply.best + 1]),
        abstained=not reply.quotes,
        citations_right=_citations_right(turn, reply),
        altered=sum(map(_altered, reply.quotes)),
        shown=sum(max(1, len(quote.document.sentences_in(quote.span))) for quote in reply.quotes),
        quotes=tuple(quote.text for quote in reply.quotes),
        cited=tuple(entry.number for entry in reply.entries),
        confidence=reply.confidence,
        understood=reply.understood,
        evidence=reply.evidence,
        seconds=seconds,
        reason=_fault_of_right(turn, reply) if right else _why_wrong(case, turn, reply.quotes, passages),
    )
