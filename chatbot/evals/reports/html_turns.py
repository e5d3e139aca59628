"""The turns of a run on a page: what was asked, what was wanted, and beside it what came."""

from __future__ import annotations

from itertools import chain, groupby
from typing import TYPE_CHECKING

from chatbot.documents.model import Span
from chatbot.evals.cases.gold_text import folded
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.reports.elements import element
from chatbot.evals.reports.html_figures import section
from chatbot.evals.reports.svg import bar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.reports.elements import Content
    from chatbot.evals.run.results import Report, View


def _matchable(text: str) -> tuple[str, list[int]]:
    """A text as gold is matched, and where each of its characters stands in the text itself."""
    kept: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        shown = " " if character.isspace() else folded(character)
        if shown and not (shown == " " and kept and kept[-1][0] == " "):
            kept.append((shown, place))
    return "".join(character for character, _ in kept), [place for _, place in kept]


def _found(text: str, strings: Sequence[str]) -> Iterator[Span]:
    matchable, places = _matchable(text)
    for string in filter(None, map(folded, strings)):
        start = matchable.find(string)
        while start >= 0:
            yield Span(places[start], places[start + len(string) - 1] + 1)
            start = matchable.find(string, start + len(string))


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def marked(text: str, strings: Sequence[str]) -> list[Content]:
    """A text in pieces, those marked in which one of the strings occurs, by the rules by which gold is matched."""
    pieces: list[Content] = []
    end = 0
    for span in _merged(list(_found(text, strings))):
        pieces += [text[end : span.start], element("mark", text[span.start : span.end])]
        end = span.end
    return [*pieces, text[end:]]


def _numbers(name: str, numbers: Sequence[int]) -> Element | None:
    told = f"{name} {', '.join(map(str, numbers))}"
    return element("p", told, class_="note") if numbers else None


def _group(group: Sequence[str]) -> Iterator[Element]:
    yield element("p", group[0], class_="gold", dir="auto")
    if others := [element("p", other, class_="gold", dir="auto") for other in group[1:]]:
        yield element("details", element("summary", f"or {len(others)} other{'s' if len(others) > 1 else ''}"), *others)


def _wanted(outcome: Outcome) -> Iterator[Content]:
    turn = outcome.turn
    if turn.smalltalk or not turn.answerable:
        yield element(
            "p", "Small talk" if turn.smalltalk else "Nothing: the article does not answer this", class_="none"
        )
    for group in turn.gold:
        yield from _group(group)
    if turn.accept_spans:
        yield element("p", "or what stands at the places that the case names", class_="note")
    for needed in turn.must_contain:
        yield element("p", element("span", "with ", class_="note"), needed, class_="gold", dir="auto")
    yield _numbers("references", turn.references)


def _came(outcome: Outcome) -> Iterator[Content]:
    turn = outcome.turn
    strings = [*chain.from_iterable(turn.gold), *turn.must_contain]  # not what is only tolerated
    for quote in outcome.quotes:
        yield element("blockquote", *marked(quote, strings), dir="auto")
    if outcome.error:
        yield element("p", outcome.error, class_="error", dir="auto")
    elif not outcome.quotes:
        yield element("p", "Nothing was quoted", class_="none")
    yield _numbers("references", outcome.cited)


def _explained(outcome: Outcome) -> Element:
    """How the question was read, if otherwise than asked, and what the confidence is made of."""
    items = [element("li", f"{name} {weight:+.3f}") for name, weight in outcome.evidence if weight]
    read = element("p", element("span", "read as ", class_="note"), outcome.understood, dir="auto")
    other = outcome.understood != outcome.turn.question
    return element("div", read if other else None, element("ul", *items) if items else None, class_="evidence")


def _body(outcome: Outcome, report: Report, view: View) -> Iterator[Content]:
    yield element(
        "dl",
        element("div", element("dt", "wanted"), element("dd", *_wanted(outcome))),
        element("div", element("dt", "quoted"), element("dd", *_came(outcome))),
        class_="pair",
    )
    seconds = f", {outcome.seconds * 1000:.1f} ms" if view.timings else ""
    yield element(
        "p",
        f"confidence {outcome.confidence:.2f} ",
        bar(outcome.confidence, bound=report.threshold),
        element("span", f"{outcome.case.place}{seconds}", class_="place"),
        class_="note sure",
    )
    yield _explained(outcome) if view.explain else None


def _asked(outcome: Outcome) -> Iterator[Content]:
    before = [element("li", question, dir="auto") for question in outcome.turn.history]
    yield element("ol", *before, class_="before", aria_label="asked before") if before else None
    yield element("p", outcome.turn.question, class_="question", dir="auto")


def _name(outcome: Outcome) -> str:
    return f"{outcome.case.id}, turn {outcome.turn.number}" if len(outcome.case.turns) > 1 else outcome.case.id


def _tags(outcome: Outcome) -> Iterator[Element]:
    return (element("span", tag, class_="tag") for tag in outcome.case.tags)


def _card(outcome: Outcome, report: Report, view: View, anchor: str) -> Element:
    reason = element("span", outcome.reason.value, class_="state missed")
    head = element("h4", _name(outcome), reason, *_tags(outcome))
    return element("article", head, *_asked(outcome), *_body(outcome, report, view), class_="turn", id=anchor)


def _fold(outcome: Outcome, report: Report, view: View, anchor: str) -> Element:
    """A turn that is right: its question, and the rest when it is asked for."""
    asked = element("span", outcome.turn.question, dir="auto")
    summary = element("summary", asked, " ", element("span", _name(outcome), class_="note"))
    before = [element("li", question, dir="auto") for question in outcome.turn.history]
    earlier = element("ol", *before, class_="before", aria_label="asked before") if before else None
    return element("details", summary, earlier, *_body(outcome, report, view), class_="right", id=anchor)


def anchors(report: Report, view: View) -> dict[str, str]:
    """What the page calls each turn that it shows; the names of cases may be anything."""
    return {outcome.query: f"turn-{number}" for number, outcome in enumerate(report.shown(view), 1)}


def _groups(report: Report, view: View, names: Mapping[str, str]) -> Iterator[Element]:
    for reason, outcomes in groupby(report.faults, key=lambda outcome: outcome.reason):
        cards = [_card(outcome, report, view, names[outcome.query]) for outcome in outcomes]
        count = element("span", str(len(cards)), class_="count")
        summary = element("summary", element("h3", f"{reason.value} ", count))
        yield element("details", summary, *cards, class_="group", open="", id=_anchor(reason))


def _anchor(reason: Reason) -> str:
    return f"reason-{reason.name.lower().replace('_', '-')}"


def reasons(report: Report) -> Element:
    """How many turns there are to look at for each reason, with links to them."""
    counted = [(reason, len(list(turns))) for reason, turns in groupby(report.faults, key=lambda o: o.reason)]
    links = [
        element(
            "li",
            element("a", f"{reason.value} ", element("span", str(count), class_="count"), href=f"#{_anchor(reason)}"),
        )
        for reason, count in counted
    ]
    return element("ul", *links, class_="reasons")


def failing(report: Report, view: View, names: Mapping[str, str]) -> Element | None:
    """The turns to look at, by reason; of a brief view none."""
    if view.brief:
        return None
    if not report.faults:
        return section("turns", "Turns to look at", element("p", "None: every turn is right, and rightly cited."))
    return section("turns", f"Turns to look at: {len(report.faults)}", reasons(report), *_groups(report, view, names))


def right(report: Report, view: View, names: Mapping[str, str]) -> Element | None:
    """The turns with nothing wrong, folded away."""
    shown = [outcome for outcome in report.shown(view) if outcome.reason is Reason.NONE]
    if not shown:
        return None
    folds = [_fold(outcome, report, view, names[outcome.query]) for outcome in shown]
    whole = element("details", element("summary", f"Show them: {len(folds)}"), *folds, class_="all")
    return section("right", "Turns that are right", whole)
