"""Gaps: logged questions that were not answered, or not helpfully, grouped by similarity.

Two questions are similar if they share most of their stems, weighted by how rare the words are in English. The most
frequent wording of a group is its head; a wording belongs to the group whose head it is most similar to. The order of
the log makes no difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatbot.common.wording import counted
from chatbot.language.terms import terms, weighted_jaccard, words
from chatbot.language.word_frequencies import rarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from chatbot.question_log.store import Record

SCHEMA = 1
_SIMILAR = 0.4  # two questions ask the same from here on: they share two words of three, or the rarer one of two


@dataclass(frozen=True, slots=True)
class Gap:
    """A group of questions.

    `wordings` are the ways it was asked with their counts, most frequent first. `unanswered` and `unhelpful` are
    numbers of records. `shared` are the stems that all wordings have, rarest first.
    """

    wordings: tuple[tuple[str, int], ...]
    unanswered: int
    unhelpful: int
    shared: tuple[str, ...]
    comments: tuple[str, ...]

    @property
    def question(self) -> str:
        """The most frequent wording."""
        return self.wordings[0][0]

    @property
    def count(self) -> int:
        """The number of times it was asked, in any wording."""
        return sum(count for _, count in self.wordings)

    def to_dict(self) -> dict[str, Any]:
        """The gap as a JSON object."""
        return {
            "question": self.question,
            "count": self.count,
            "unanswered": self.unanswered,
            "unhelpful": self.unhelpful,
            "asked": [{"question": question, "count": count} for question, count in self.wordings],
            "shared": list(self.shared),
            "comments": list(self.comments),
        }

    def to_case(self, number: int) -> dict[str, Any]:
        """A draft of an eval case, which `chatbot eval` refuses until a person fills in `answerable`.

        It is not drafted as false: that is only what the program believed, and such a case would count every answer
        that the program misses as right.
        """
        turn = {"question": self.question, "answerable": None}
        return {"id": f"gap-{number:03}", "tags": ["gap"], "turns": [turn]}


@dataclass(frozen=True, slots=True)
class _Wording:
    """One way to ask a question: its text, its weighted stems, and its records."""

    text: str
    weights: Mapping[str, float]
    records: tuple[Record, ...]


def _weights(text: str) -> dict[str, float]:
    """The stems of a question, each with its rarity; of a question of stop words only, the stop words."""
    weights = {term.stem: rarity(term.word) for term in terms(text)}
    return weights or {word: rarity(word) for word in words(text)}


def _most_common_text(records: Sequence[Record]) -> str:
    counts = Counter(" ".join(record.understood.split()) for record in records)
    return min(counts, key=lambda text: (-counts[text], text))


def _wordings(records: Iterable[Record]) -> list[_Wording]:
    """The wordings of all gaps, most frequent first; they differ by more than white space, case or a final mark."""
    groups: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.gap:
            groups[" ".join(record.understood.casefold().split()).rstrip("?!. ")].append(record)
    found = [_Wording(_most_common_text(group), _weights(key), tuple(group)) for key, group in groups.items()]
    return sorted(found, key=lambda wording: (-len(wording.records), wording.text))


class _Groups:
    """Groups of wordings, indexed by the stems of their heads."""

    def __init__(self) -> None:
        self.members: list[list[_Wording]] = []
        self._with_stem: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, wording: _Wording) -> None:
        """Add a wording to the group whose head is most similar, the earliest of several, or start a new group."""
        candidates = sorted({number for stem in wording.weights for number in self._with_stem[stem]})
        scores = {number: weighted_jaccard(wording.weights, self.members[number][0].weights) for number in candidates}
        best = max(candidates, key=scores.__getitem__, default=None)
        if best is not None and scores[best] >= _SIMILAR:
            self.members[best].append(wording)
            return
        for stem in wording.weights:
            self._with_stem[stem].append(len(self.members))
        self.members.append([wording])


def _shared_stems(members: Sequence[_Wording]) -> tuple[str, ...]:
    """The stems that all wordings of a group have, rarest first."""
    head = members[0].weights
    common = set(head).intersection(*(wording.weights for wording in members))
    return tuple(sorted(common, key=lambda stem: (-head[stem], stem)))


def _gap(members: Sequence[_Wording]) -> Gap:
    records = sorted((record for wording in members for record in wording.records), key=lambda record: record.id)
    return Gap(
        wordings=tuple((wording.text, len(wording.records)) for wording in members),
        unanswered=sum(not record.answered for record in records),
        unhelpful=sum(record.helpful is False for record in records),
        shared=_shared_stems(members),
        comments=tuple(dict.fromkeys(record.comment for record in records if record.comment)),
    )


def group(records: Iterable[Record]) -> tuple[Gap, ...]:
    """The gaps in the records of a question log, most frequent first."""
    groups = _Groups()
    for wording in _wordings(records):
        groups.add(wording)
    return tuple(sorted(map(_gap, groups.members), key=lambda gap: (-gap.count, gap.question)))


def listing(gaps: Sequence[Gap]) -> dict[str, Any]:
    """Gaps as one JSON object."""
    return {"schema": SCHEMA, "gaps": [gap.to_dict() for gap in gaps]}


def cases(gaps: Sequence[Gap]) -> Iterator[dict[str, Any]]:
    """Drafts of eval cases, one per gap."""
    yield from (gap.to_case(number) for number, gap in enumerate(gaps, 1))


def _lines(gap: Gap) -> Iterator[str]:
    """A gap as indented lines: count and question, other wordings, what they share, votes and comments."""
    yield f"{gap.count:>5}  {gap.question}"
    for question, count in gap.wordings[1:]:
        yield f"{'':7}{question} ({count})"
    if len(gap.wordings) > 1:
        yield f"{'':7}in common: {', '.join(gap.shared) or 'nothing; each is similar to the first'}"
    if gap.unhelpful:
        yield f"{'':7}voted unhelpful: {gap.unhelpful}"
    for comment in gap.comments:
        yield f"{'':7}comment: {' '.join(comment.split())}"


def text(gaps: Sequence[Gap]) -> str:
    """The gaps as a report for people."""
    questions, groups = counted(sum(gap.count for gap in gaps), "question"), counted(len(gaps), "group")
    head = f"{questions} not answered, or not helpfully, in {groups}:"
    return "\n".join([head, *(line for gap in gaps for line in ("", *_lines(gap)))])
