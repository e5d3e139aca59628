"""One turn judged: was it right, were its citations, is every quote the article's own text, and if not, why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from chatbot.evals.cases.gold_text import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from chatbot.evals.cases.cases import Case, CaseTurn
    from chatbot.reply import Quote, Reply

SPARE_QUOTES = 3  # quotes that a right answer may show beyond one for each group of gold
UNKNOWN = "unknown"  # the passage that a turn should have found that failed before any was known
UNCAPPED = "overview"  # the tag of cases that may show as many as they like


class Reason(str, Enum):
    """Why a turn counts as wrong, or what is wrong with a right one."""

    NONE = ""
    NOT_RETRIEVED = "not retrieved"  # no gold sentence among the passages searched
    WRONG_SENTENCE = "wrong sentence"
    MISSED = "missed"  # refused though answerable
    ANSWERED = "should have abstained"
    TOO_MANY = "too many quotes"
    CITATION = "citation"  # right, but with a number too many or too few
    ALTERED = "altered quote"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one turn.

    `right`: the rule of `Case` is met; `first_right`: it is even when only the likeliest quote counts. `shown` counts
    sentences, `altered` the quotes whose text is not the document's. `cited` are the numbers of the entries shown.
    `confidence` is in [0, 1], of an answer and of a refusal alike; `understood` and `evidence` say how it came about.
    `hits` are the names of the passages that a search finds, best first, `relevant` of those that hold gold. `seconds`
    is wall-clock time.
    """

    case: Case
    turn: CaseTurn
    right: bool
    first_right: bool = False
    abstained: bool = False
    citations_right: bool = False
    altered: int = 0
    shown: int = 0
    quotes: tuple[str, ...] = ()
    cited: tuple[int, ...] = ()
    confidence: float = 0.0
    understood: str = ""
    evidence: tuple[tuple[str, float], ...] = ()
    hits: tuple[str, ...] = ()
    relevant: tuple[str, ...] = ()
    seconds: float = 0.0
    reason: Reason = Reason.NONE
    error: str = ""

    @property
    def query(self) -> str:
        """The turn's name among all turns of a set: the case's and its own number."""
        return f"{self.case.id}#{self.turn.number}"

    @property
    def uncapped(self) -> bool:
        """Whether any number of quotes is fine."""
        return UNCAPPED in self.case.tags


def has_any(strings: Iterable[str], text: str) -> bool:
    """Whether a folded text has any of the strings."""
    return any(folded(string) in text for string in strings)


def _covers(quote: Quote, turn: CaseTurn) -> bool:
    return any(quote.span.start <= span.start and span.end <= quote.span.end for span in turn.accept_spans)


def holds_gold(turn: CaseTurn, quotes: Sequence[Quote]) -> bool:
    """Whether the quotes have a string of every group and all that they must contain."""
    # joined, because a gold string may run over the end of a sentence: then both sentences have to be shown
    text = folded(" ".join(quote.text for quote in quotes))
    found = all(has_any(group, text) for group in turn.gold) if turn.gold else False
    spanned = any(_covers(quote, turn) for quote in quotes)
    return (found or spanned) and all(folded(string) in text for string in turn.must_contain)


def _too_many(case: Case, turn: CaseTurn, quotes: Sequence[Quote]) -> bool:
    counted = [quote for quote in quotes if not has_any(turn.tolerated, folded(quote.text))]
    return UNCAPPED not in case.tags and len(counted) > max(1, len(turn.gold)) + SPARE_QUOTES


def _entry_numbers(quote: Quote) -> set[int]:
    """The numbers of the reference entries that a quote shows: the number stands before the entry's span."""
    start, end = quote.span
    return {entry.number for entry in quote.document.references if entry.span.start < end and start < entry.span.end}


def _printed(quote: Quote) -> set[int]:
    """The numbers of the markers that stand inside the quote."""
    markers = (marker for sentence in quote.document.sentences_in(quote.span) for marker in sentence.markers)
    inside = (
        marker for marker in markers if quote.span.start <= marker.span.start and marker.span.end <= quote.span.end
    )
    return {number for marker in inside for number in marker.numbers}


def _honest(quote: Quote) -> bool:
    """Whether a quote shows the numbers that are printed in it: none dropped, none lent by another sentence."""
    printed, shown = _printed(quote), set(quote.numbers)
    return printed <= shown <= printed | _entry_numbers(quote)


def _bearing(quote: Quote, turn: CaseTurn) -> bool:
    """Whether a quote has a gold string, and prints no number."""
    gold = [string for group in turn.gold for string in group]
    return not quote.numbers and has_any(gold, folded(quote.text))


def _citations_right(turn: CaseTurn, reply: Reply) -> bool:
    """Whether every quote's numbers are its own, and the turn's references are all shown.

    They need not be where the gold that was quoted prints no number: a sentence without one gets none lent.
    """
    shown = {entry.reference.number for entry in reply.entries}
    unprinted = any(_bearing(quote, turn) for quote in reply.quotes)
    return (unprinted or set(turn.references) <= shown) and all(map(_honest, reply.quotes))


def _altered(quote: Quote) -> bool:
    said = quote.to_dict()  # what a reader gets, not what the quote could compute
    return bool(said["text"] != quote.document.text[said["start"] : said["end"]])


def _retrieved(turn: CaseTurn, passages: Sequence[str]) -> bool:
    text = "\n".join(map(folded, passages))
    return all(has_any(group, text) for group in turn.gold)


def _reason(case: Case, turn: CaseTurn, quotes: Sequence[Quote], passages: Callable[[], Sequence[str]]) -> Reason:
    """Why a turn is wrong."""
    if not turn.answerable:
        return Reason.ANSWERED
    if holds_gold(turn, quotes) and _too_many(case, turn, quotes):
        return Reason.TOO_MANY
    if not _retrieved(turn, passages()):
        return Reason.NOT_RETRIEVED
    return Reason.WRONG_SENTENCE if quotes else Reason.MISSED


def _fault(turn: CaseTurn, reply: Reply) -> Reason:
    """What a right turn may still have wrong."""
    if any(map(_altered, reply.quotes)):
        return Reason.ALTERED
    return Reason.NONE if _citations_right(turn, reply) else Reason.CITATION


def _is_right(case: Case, turn: CaseTurn, quotes: Sequence[Quote]) -> bool:
    if not turn.answerable:
        return not quotes
    return holds_gold(turn, quotes) and not _too_many(case, turn, quotes)


def failed(case: Case, turn: CaseTurn, error: Exception) -> Outcome:
    """The outcome of a turn that raised: wrong whatever was asked, and no refusal either.

    Its confidence is the worst there is for the question, so that a crash can flatter no curve, and what was to be
    found was not, so that it can raise no mean.
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
    """The outcome of a turn's reply. `passages` gives the passages that were searched; asked only of a wrong turn."""
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
        cited=tuple(entry.reference.number for entry in reply.entries),
        confidence=reply.confidence,
        understood=reply.understood,
        evidence=reply.evidence,
        seconds=seconds,
        reason=_fault(turn, reply) if right else _reason(case, turn, reply.quotes, passages),
    )
