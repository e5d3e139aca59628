"""What an article does not say though people ask: questions without a good answer, put together by likeness.

Two questions are alike as far as they share what they say: the weights of their common stems over the weights of all
their stems, a word's weight being its rarity in English (a weighted Jaccard index). Whoever is alike enough to the head
of a group, which is its most asked question, belongs to it; the stems that a group shares say why it is one. The order
of the log changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatbot.language.terms import terms, words
from chatbot.language.word_frequencies import rarity
from chatbot.reply import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from chatbot.question_log.store import Record

_ALIKE = 0.4  # from here on two questions ask the same: two words of three in common, or the rarer one of two


@dataclass(frozen=True, slots=True)
class Gap:
    """A group of questions. `asked` are the ways of asking, most frequent first, each with its count."""

    asked: tuple[tuple[str, int], ...]
    unanswered: int
    unhelpful: int
    shared: tuple[str, ...]
    comments: tuple[str, ...]

    @property
    def question(self) -> str:
        """The way in which it is asked most often."""
        return self.asked[0][0]

    @property
    def count(self) -> int:
        """How often it was asked."""
        return sum(count for _, count in self.asked)

    def to_dict(self) -> dict[str, Any]:
        """Ready for `json.dumps`."""
        return {
            "question": self.question,
            "count": self.count,
            "unanswered": self.unanswered,
            "unhelpful": self.unhelpful,
            "asked": [{"question": question, "count": count} for question, count in self.asked],
            "shared": list(self.shared),
            "comments": list(self.comments),
        }

    def to_case(self, number: int) -> dict[str, Any]:
        """A draft of an eval case, which `chatbot eval` refuses until its owner says what is right.

        Not `"answerable": false`: that is what the program believed, and a question set that takes its word praises
        every answer that it misses.
        """
        turn = {"question": self.question, "answerable": None}
        return {"id": f"gap-{number:03}", "tags": ["gap"], "turns": [turn]}


@dataclass(frozen=True, slots=True)
class _Wording:
    """One way of asking, with what it says and its records."""

    text: str
    weights: Mapping[str, float]
    records: tuple[Record, ...]


def _weights(text: str) -> dict[str, float]:
    """What a question says: its stems with their rarity; if it has only stop words, those."""
    said = terms(text)
    return {term.stem: rarity(term.word) for term in said} or {word: rarity(word) for word in words(text)}


def _wordings(records: Iterable[Record]) -> list[_Wording]:
    """The ways of asking, most frequent first; white space, case and a closing mark make no difference."""
    same: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.gap:
            same[" ".join(record.understood.casefold().split()).rstrip("?!. ")].append(record)
    found = [_Wording(_commonest(asked), _weights(key), tuple(asked)) for key, asked in same.items()]
    return sorted(found, key=lambda wording: (-len(wording.records), wording.text))


def _commonest(asked: Sequence[Record]) -> str:
    counts = Counter(" ".join(record.understood.split()) for record in asked)
    return min(counts, key=lambda text: (-counts[text], text))


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How much of what two questions say both say, from 0 to 1 (weighted Jaccard index)."""
    both = sum(min(one[stem], other[stem]) for stem in one.keys() & other.keys())
    every = sum(max(one.get(stem, 0.0), other.get(stem, 0.0)) for stem in one.keys() | other.keys())
    return round(both / every, 9) if every else 0.0  # rounded: sets sum in any order


class _Groups:
    """Groups of wordings, found again by the stems of their heads."""

    def __init__(self) -> None:
        self.members: list[list[_Wording]] = []
        self._with: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, wording: _Wording) -> None:
        """Put a wording into the group whose head it is most like, the earliest of several, or begin one with it."""
        near = sorted({number for stem in wording.weights for number in self._with[stem]})
        alike = {number: likeness(wording.weights, self.members[number][0].weights) for number in near}
        best = max(near, key=alike.__getitem__, default=None)
        if best is not None and alike[best] >= _ALIKE:
            self.members[best].append(wording)
            return
        for stem in wording.weights:
            self._with[stem].append(len(self.members))
        self.members.append([wording])


def _shared(members: Sequence[_Wording]) -> Iterator[str]:
    """The stems that all of a group have, the rarest first."""
    head = members[0].weights
    common = set(head).intersection(*(wording.weights for wording in members))
    yield from sorted(common, key=lambda stem: (-head[stem], stem))


def _gap(members: Sequence[_Wording]) -> Gap:
    records = sorted((record for wording in members for record in wording.records), key=lambda record: record.id)
    return Gap(
        asked=tuple((wording.text, len(wording.records)) for wording in members),
        unanswered=sum(not record.answered for record in records),
        unhelpful=sum(record.helpful is False for record in records),
        shared=tuple(_shared(members)),
        comments=tuple(dict.fromkeys(record.comment for record in records if record.comment)),
    )


def group(records: Iterable[Record]) -> tuple[Gap, ...]:
    """The gaps that some records of a question log show, most asked first."""
    groups = _Groups()
    for wording in _wordings(records):
        groups.add(wording)
    return tuple(sorted(map(_gap, groups.members), key=lambda gap: (-gap.count, gap.question)))


def listing(gaps: Sequence[Gap]) -> dict[str, Any]:
    """Gaps as one JSON object."""
    return {"schema": SCHEMA, "gaps": [gap.to_dict() for gap in gaps]}


def cases(gaps: Sequence[Gap]) -> Iterator[dict[str, Any]]:
    """Drafts of eval cases, one a gap."""
    yield from (gap.to_case(number) for number, gap in enumerate(gaps, 1))


def _lines(gap: Gap) -> Iterator[str]:
    """A gap as indented lines: the count and the question, other wordings, votes, why these are together."""
    yield f"{gap.count:>5}  {gap.question}"
    for question, count in gap.asked[1:]:
        yield f"{'':7}{question} ({count})"
    if len(gap.asked) > 1:
        yield f"{'':7}all have: {', '.join(gap.shared) or 'nothing, each is like the first'}"
    if gap.unhelpful:
        yield f"{'':7}voted unhelpful: {gap.unhelpful}"
    for comment in gap.comments:
        yield f"{'':7}comment: {' '.join(comment.split())}"


def text(gaps: Sequence[Gap]) -> str:
    """What a person reads."""
    asked = sum(gap.count for gap in gaps)
    head = f"{asked} questions without an answer, or with one that did not help, in {len(gaps)} groups:"
    return "\n".join([head, *(line for gap in gaps for line in ("", *_lines(gap)))])
