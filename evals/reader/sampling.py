"""Draw the pairs that the reader is trained on: for each question one right row, if there is one, and wrong ones."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reader_model import Pair, Pieces, documents, questions

GROUPS, BATCHES = 8, 30  # questions a step; steps that are drawn and sorted by length together
JOINED = 0.35  # share of questions whose document is shown as a section of a longer one
TOPIC_CHANGED = 0.3  # share of questions that follow other questions on the same document, which they do not need
ASKED_ELSEWHERE = 0.07  # share of questions that are asked of other documents only
BEST_GOLD = 0.6  # how often the right row is the best one, not any
ALTERED = 0.15  # share of questions that have a name or number in which it is changed, so that no row is right
STATEMENTS = {"yesno", "premise", "dialogue", "unanswerable"}  # kinds in which the right row may deny what is asked
NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*|\b\d[\d.,]*\d\b|\b\d\b")

Group = list[tuple[Pair, bool]]
Row = dict[str, str]


def shape(name: str) -> tuple[bool, int]:
    """What two names must have in common to be exchanged: both numbers of one length, or both of as many words."""
    number = name[0].isdigit()
    return number, len(name) if number else name.count(" ")


def altered(question: str, right: str, rows: Sequence[Row], rng: random.Random) -> str | None:
    """The question with a name or number of the right row exchanged for another one of the document, if it has one."""
    shared = [name for name in NAME.findall(right) if re.search(rf"\b{re.escape(name)}\b", question, re.IGNORECASE)]
    if not shared:
        return None
    old = rng.choice(shared)
    here = right.casefold() + question.casefold()
    other_names = {name for row in rows for name in NAME.findall(row["t"]) if name.casefold() not in here}
    others = sorted(name for name in other_names if shape(name) == shape(old))
    if not others:
        return None
    new = rng.choice(others)
    return re.sub(rf"\b{re.escape(old)}\b", lambda _: new, question, flags=re.IGNORECASE)


class Sampler:
    """The training questions with their candidates."""

    def __init__(self, home: Path, data: Path, mined: Path | None = None) -> None:
        self.pieces, self._documents = Pieces(home), documents(data)
        asked = questions(data / "train.jsonl")
        near = json.loads((data / "nearest.json").read_text())
        self._examples = [(q, n) for q, n in zip(asked, near, strict=True) if n]
        if mined:
            harder = dict(map(json.loads, mined.read_text(encoding="utf-8").splitlines()))
            for q, n in self._examples:
                first = harder.get(f"{q['doc']}\t{q['q']}", [])
                n["own"] = first + [i for i in n["own"] if i not in first]
        self._alone: dict[str, list[str]] = defaultdict(list)  # the questions that need no earlier one, by document
        for q, _ in self._examples:
            if not q["c"]:
                self._alone[q["doc"]].append(q["q"])
        used = {q["doc"] for q, _ in self._examples}
        rows = [(self._documents[name]["title"], row) for name in used for row in self._documents[name]["rows"]]
        self.pieces.learn([t for title, row in rows for t in (title, row["h"], row["t"], row["p"])])
        self.pieces.learn([t for q, _ in self._examples for t in (q["q"], *q["c"])])

    def __len__(self) -> int:
        return len(self._examples)

    def _pair(self, q: dict[str, Any], name: str, number: int, *, joined: bool) -> Pair:
        document = self._documents[name]
        row, title = document["rows"][number], document["title"]
        if joined:
            row, title = {**row, "h": f"{title} > {row['h']}" if row["h"] else title}, ""
        return self.pieces.pair(q["q"], q["c"], title, row)

    def group(self, number: int, rng: random.Random) -> Group:
        """The pairs of one question: about four."""
        q, near = self._examples[number]
        if not q["c"] and rng.random() < TOPIC_CHANGED:
            others = [other for other in self._alone[q["doc"]] if other != q["q"]]
            q = {**q, "c": rng.sample(others, min(len(others), rng.choice([1, 2])))}
        joined, own, other = rng.random() < JOINED, near["own"], near["other"]
        if rng.random() < ASKED_ELSEWHERE:
            return [(self._pair(q, *place, joined=joined), False) for place in rng.sample(other, 3)]
        group = []
        if q["gold"] and not q["c"] and q["kind"] not in STATEMENTS and rng.random() < ALTERED:
            gold, rows = q["gold"][0], self._documents[q["doc"]]["rows"]
            if changed := altered(q["q"], rows[gold]["t"], rows, rng):
                places = [(q["doc"], gold), *other[:1]]
                return [(self._pair({**q, "q": changed}, *place, joined=joined), False) for place in places]
        if q["gold"]:
            gold = q["gold"][0] if rng.random() < BEST_GOLD else rng.choice(q["gold"])
            group.append((self._pair(q, q["doc"], gold, joined=joined), True))
        wrong = own[:1] + rng.sample(own[1:5], min(1, len(own[1:5]))) + rng.sample(own[2:], min(1, len(own[2:])))
        group += [(self._pair(q, q["doc"], i, joined=joined), False) for i in dict.fromkeys(wrong)]
        if rng.random() < (0.8 if joined else 0.4):
            group.append((self._pair(q, *rng.choice(other[:8]), joined=joined), False))
        return group

    def chunk(self, number: int, seed: int) -> Iterator[list[Group]]:
        """The steps of one chunk; chunks go through all questions in a new order again and again."""
        size = GROUPS * BATCHES
        each = -(-len(self) // size)
        order = list(range(len(self)))
        random.Random(f"{seed} {number // each}").shuffle(order)  # noqa: S311 - no secret
        rng = random.Random(f"{seed} chunk {number}")  # noqa: S311 - no secret
        groups = [self.group(i, rng) for i in order[number % each * size :][:size]]
        groups = sorted((g for g in groups if g), key=lambda g: max(len(pair) for pair, _ in g))
        steps = [groups[at : at + GROUPS] for at in range(0, len(groups), GROUPS)]
        rng.shuffle(steps)
        yield from steps
