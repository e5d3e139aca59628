"""Why a reply is as it is, in words: the confidence beside the threshold, and the sentence that came next."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from chatbot.reply import ReplyKind
from chatbot.terminal.text import Block, Page, joined, note, paragraph, stacked

if TYPE_CHECKING:
    from collections.abc import Callable

    from chatbot.reply import Reply, RunnerUp

_FEWER = "it has fewer of the question's words"
_FEWER_AROUND = "its surroundings fit the question less"
_OTHER_KIND = "the question asks for a source, and it is a sentence, or the other way round"
_NO_SUCH_THING = "it names no such thing as the question asks for"
_LESS_ALIKE = "its meaning is less like the question's"
# What a feature says of a sentence that is behind in it; in those of the question alone, no sentence is behind.
BEHIND: Mapping[str, str] = MappingProxyType(
    {
        "sentence_bm25": _FEWER,
        "coverage": _FEWER,
        "exact_coverage": _FEWER,
        "missing_from_sentence": _FEWER,
        "bigram_overlap": "the question's words are further apart in it",
        "passage_bm25": _FEWER_AROUND,
        "context_coverage": _FEWER_AROUND,
        "missing_from_context": _FEWER_AROUND,
        "missing_names": _FEWER_AROUND,
        "claim_gap": _FEWER_AROUND,
        "answer_type_present": _NO_SUCH_THING,
        "answer_type_absent": _NO_SUCH_THING,
        "paragraph_opening": "it comes later in its paragraph",
        "length": "its length fits an answer less",
        "is_heading": "it is a heading",
        "is_question": "it is a question itself",
        "is_entry": _OTHER_KIND,
        "entry_intent": _OTHER_KIND,
        "negation_mismatch": "it does not say “not”, as the question does",
        "advice_gap": "it gives no advice",
        "cosine": _LESS_ALIKE,
        "cosine_with_heading": _LESS_ALIKE,
        "passage_cosine": "its passage is less about what is asked",
        "reader_score": "the trained reader takes it less for an answer",
    }
)
_MAX_REASONS = 2
# Why a reply is as it is where no sentences were compared.
_WITHOUT_RANKING: Mapping[ReplyKind, str] = MappingProxyType(
    {
        ReplyKind.QUOTE: "the question names a place in the article, which is quoted from its beginning.",
        ReplyKind.REFERENCE: "the question asks for references, which are looked up and not ranked.",
        ReplyKind.OVERVIEW: "the question asks about the article as a whole.",
        ReplyKind.SMALLTALK: "the message asks nothing about the article.",
        ReplyKind.NONE: "no sentence could be compared with the question.",
    }
)


def listed(words: tuple[str, ...], last: str = "or") -> str:
    """Words in quotation marks: `“a”, “b” or “c”`."""
    quoted = [f"“{word}”" for word in words]
    return f" {last} ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


def unmentioned(reply: Reply) -> str:
    """The words of a refused question that no sentence mentions; empty if there are none."""
    return f"No sentence mentions {listed(reply.missing)}." if reply.missing else ""


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def _confidence(reply: Reply, threshold: float | None) -> str:
    """The confidence beside the threshold, if it is known; with decimals if they would look the same."""
    if threshold is None:
        return f"the confidence is {_percent(reply.confidence)}."
    shown = [_percent(share) for share in (reply.confidence, threshold)]
    if shown[0] == shown[1]:
        shown = [f"{share:.1%}".replace("%", " %") for share in (reply.confidence, threshold)]
    return f"the confidence is {shown[0]}; an answer needs {shown[1]}."


def _reasons(runner_up: RunnerUp) -> str:
    """What put the sentence behind the best one, in words."""
    known = dict.fromkeys(BEHIND[name] for name, _ in runner_up.behind if name in BEHIND)
    reasons = list(known)[:_MAX_REASONS]
    return f"It lost, because {' and '.join(reasons)}." if reasons else ""


def _next(reply: Reply, page: Page, quoted: Callable[[RunnerUp], Block]) -> Block:
    """The sentence that came next, and why it lost."""
    runner_up = reply.runner_up
    if runner_up is None or runner_up.quote in reply.quotes:
        return []
    if not reply.answered:
        return [*note("The likeliest sentence:", page), *quoted(runner_up)]
    likely = _percent(runner_up.ratio) if runner_up.ratio >= 0.01 else "less than 1 %"
    head = f"Next came, {likely} as likely:"
    return [*note(head, page), *quoted(runner_up), *note(_reasons(runner_up), page)]


def explanation(reply: Reply, page: Page, quoted: Callable[[RunnerUp], Block]) -> Block:
    """Why a reply is as it is; `quoted` renders its runner-up. If it has parts, each is explained."""
    if reply.parts:
        return stacked(
            joined([note(f"• {part.question}", page, "question"), explanation(part, page, quoted)])
            for part in reply.parts
        )
    why = _confidence(reply, page.threshold) if reply.evidence else _WITHOUT_RANKING[reply.kind]
    head = [*paragraph([("note", f"Why: {why}")], page.width), *note(unmentioned(reply), page)]
    return stacked([head, _next(reply, page, quoted)])
