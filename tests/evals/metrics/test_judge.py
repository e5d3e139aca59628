"""The judgement of one turn."""

from dataclasses import replace

import pytest
from support.eval_fakes import BAKES, DOCUMENT, ENTRY, RISES, RYE, SALT, AlteredQuote, case, quote, reply, span, turn

from chatbot.documents.model import Span
from chatbot.evals.cases.cases import CaseTurn
from chatbot.evals.metrics.judge import Reason, failed, judge, lent_numbers
from chatbot.reply import Quote

GAS, SLOWS, MINUTES = "yeast makes gas", "slows the yeast", "40 minutes"
EVERYTHING = (RISES, SALT, BAKES, RYE)


def judged(asked: CaseTurn, answer, *, tags=(), passages=EVERYTHING):
    """The outcome of a reply to a turn."""
    return judge(case(asked, tags=tags), asked, answer, lambda: passages)


RIGHT = {
    "a quote with the gold": (turn(GAS), [RISES], True),
    "another sentence": (turn(GAS), [SALT], False),
    "any string of a group": (turn([SLOWS, GAS]), [RISES], True),
    "one group of two": (turn(GAS, SLOWS), [RISES], False),
    "both groups": (turn(GAS, SLOWS), [RISES, SALT], True),
    "gold over two sentences, both quoted": (turn("gas (1). Salt slows"), [RISES, SALT], True),
    "gold over two sentences, one quoted": (turn("gas (1). Salt slows"), [RISES], False),
    "what it must contain is there": (turn(MINUTES, must_contain=("40",)), [BAKES], True),
    "what it must contain is elsewhere": (turn([MINUTES, SLOWS], must_contain=("40",)), [SALT], False),
    "three quotes more than needed are allowed": (turn(GAS), [RISES, SALT, BAKES, RYE], True),
    "four are not": (turn(GAS), [RISES, SALT, BAKES, RYE, SALT], False),
    "a tolerated one does not count": (turn(GAS, tolerated=("Salt",)), [RISES, SALT, BAKES, RYE, SALT], True),
    "tolerated is not right": (turn(GAS, tolerated=("Salt",)), [SALT], False),
    "a refusal of what can be answered": (turn(GAS), [], False),
    "a refusal of what cannot": (turn(), [], True),
    "an answer to what cannot be": (turn(), [RISES], False),
}


@pytest.mark.parametrize(("asked", "quotes", "right"), RIGHT.values(), ids=RIGHT)
def test_the_rule_of_a_right_turn(asked, quotes, right):
    """A right answer has a string of every group, every required string, and not too many quotes."""
    assert judged(asked, reply(*quotes)).right is right


def test_an_overview_may_show_any_number_of_quotes():
    """Cases with its tag have no limit."""
    asked = turn(GAS)
    assert judged(asked, reply(*EVERYTHING, SALT, SALT), tags=("overview",)).right


def test_typography_is_folded_before_gold_is_matched():
    """A question set may have other spaces and dashes than the article."""
    assert judged(turn("yeast\u00a0makes\n gas"), reply(RISES)).right


@pytest.mark.parametrize(("accepted", "right"), [(span(SALT), True), (Span(span(SALT).start, span(BAKES).end), False)])
def test_an_accepted_span_stands_for_gold(accepted, right):
    """A quote that covers an accepted span is right, whatever the gold strings are."""
    assert judged(turn(GAS, accept_spans=(accepted,)), reply(SALT)).right is right


def test_accepted_spans_need_no_gold():
    """A turn with spans and no gold strings is right only if a span is quoted."""
    asked = CaseTurn("q", answerable=True, accept_spans=(span(SALT),))
    assert judged(asked, reply(SALT)).right
    assert not judged(asked, reply(RISES)).right


@pytest.mark.parametrize(("quotes", "first"), [([RISES, SALT], True), ([SALT, RISES], False), ([], False)])
def test_the_first_quote_is_judged_alone_too(quotes, first):
    """`first_right` judges the most confident quote without the others."""
    assert judged(turn(GAS), reply(*quotes)).first_right is first


CITED = {
    "the reference is shown": (turn(GAS, references=(1,)), [quote(RISES)], True),
    "a number is dropped": (turn(GAS, references=(1,)), [quote(RISES, ())], False),
    "a number is dropped that no case asks for": (turn(GAS), [quote(RISES, ())], False),
    "one of two is dropped": (turn("a week"), [quote(RYE, (1,))], False),
    "a number of another sentence is added": (turn(SLOWS), [quote(SALT, (1,))], False),
    "a number of another sentence is added to its own": (turn(GAS, references=(1,)), [quote(RISES, (1, 2))], False),
    "the quoted gold has no number, so none is added": (turn(SLOWS, references=(1,)), [quote(SALT)], True),
    "no number, none wanted": (turn(SLOWS), [quote(SALT)], True),
    "an entry bears its own number": (turn("Flour. 2001", references=(2,)), [quote(ENTRY)], True),
    "an entry bears another's number": (turn("Flour. 2001"), [quote(ENTRY, (1,))], False),
    "a marker beyond the quote's end": (turn(GAS), [Quote(DOCUMENT, span(RISES[:-5]), None)], True),
    "a wrong number in a second quote": (turn(GAS, references=(1,)), [quote(RISES), quote(SALT, (2,))], False),
}


@pytest.mark.parametrize(("asked", "quotes", "cited"), CITED.values(), ids=CITED)
def test_citations_are_the_quotes_own(asked, quotes, cited):
    """Every printed number is shown, no other number is shown, and every expected reference is shown."""
    outcome = judged(asked, reply(*quotes))
    assert outcome.right
    assert outcome.citations_right is cited
    assert outcome.reason is (Reason.NONE if cited else Reason.CITATION)


REASONS = {
    "no gold among the passages": (turn(GAS), [SALT], (SALT, BAKES), Reason.NOT_RETRIEVED),
    "a group of two is not there": (turn(GAS, SLOWS), [SALT], (SALT,), Reason.NOT_RETRIEVED),
    "refused, and not there": (turn(GAS), [], (), Reason.NOT_RETRIEVED),
    "there, another quoted": (turn(GAS), [SALT], EVERYTHING, Reason.WRONG_SENTENCE),
    "there, refused": (turn(GAS), [], EVERYTHING, Reason.MISSED),
    "too many": (turn(GAS), [*EVERYTHING, SALT], EVERYTHING, Reason.TOO_MANY),
    "answered what cannot be": (turn(), [SALT], EVERYTHING, Reason.ANSWERED),
    "right": (turn(GAS), [RISES], EVERYTHING, Reason.NONE),
}


@pytest.mark.parametrize(("asked", "quotes", "passages", "reason"), REASONS.values(), ids=REASONS)
def test_a_wrong_turn_has_a_reason(asked, quotes, passages, reason):
    """The reason says where to look first."""
    assert judged(asked, reply(*quotes), passages=passages).reason is reason


def test_a_quote_altered_by_a_character_is_counted():
    """The text that a reader gets is compared with the document."""
    outcome = judged(turn(SLOWS), reply(quote(SALT, kind=AlteredQuote), quote(RISES)))
    assert (outcome.altered, outcome.reason) == (1, Reason.ALTERED)


def test_sentences_are_counted_not_quotes():
    """A quote of two sentences counts as two, and a reference entry as one."""
    both = Quote(DOCUMENT, Span(span(RISES).start, span(SALT).end), None, (1,))
    assert judged(turn(GAS), reply(both, quote(ENTRY))).shown == 3


def test_small_talk_is_never_wrong():
    """A turn of small talk is right whatever the reply."""
    outcome = judged(turn(smalltalk=True), reply(SALT))
    assert (outcome.right, outcome.reason) == (True, Reason.NONE)


@pytest.mark.parametrize(("asked", "worst"), [(turn(GAS), 0.0), (turn(), 1.0)])
def test_a_turn_that_raised_is_neither_right_nor_a_refusal(asked, worst):
    """Its confidence is the worst for its question."""
    outcome = failed(case(asked), asked, ValueError("out of yeast"))
    assert (outcome.right, outcome.abstained, outcome.citations_right) == (False, False, False)
    assert (outcome.reason, outcome.error) == (Reason.ERROR, "ValueError: out of yeast")
    assert outcome.confidence == worst


def test_the_first_quote_is_the_most_confident_one():
    """Its place among the quotes, which follow the article, does not matter."""
    asked = turn("yeast makes gas")
    answer = replace(reply(SALT, RISES), best=1)
    assert judge(case(asked), asked, answer).first_right
    assert not judge(case(asked), asked, replace(answer, best=0)).first_right


def test_a_wrong_turn_is_not_right_by_its_first_quote():
    """A good quote followed by too many others is not a right answer."""
    asked = turn("yeast makes gas")
    outcome = judge(case(asked), asked, reply(RISES, SALT, SALT, SALT, SALT))
    assert (outcome.right, outcome.first_right) == (False, False)


@pytest.mark.parametrize(("shown", "right"), [(4, True), (5, False)])
def test_a_span_counts_as_one_group_of_gold(shown, right):
    """Three more quotes may be shown."""
    asked = CaseTurn("q", answerable=True, accept_spans=(span(RISES),))
    assert judge(case(asked), asked, reply(RISES, *[SALT] * (shown - 1))).right is right


@pytest.mark.parametrize(
    ("shown", "lent"),
    [
        (quote(RISES), set()),
        (quote(RISES, numbers=()), set()),  # a number dropped is none lent
        (quote(SALT, numbers=(1,)), {1}),
        (quote(RYE, numbers=(1, 2, 3)), {3}),
        (quote(ENTRY), set()),  # an entry's own number is printed before it
    ],
)
def test_numbers_that_are_lent(shown, lent):
    """Numbers that neither the quote nor the reference list prints there."""
    assert lent_numbers(shown) == lent
