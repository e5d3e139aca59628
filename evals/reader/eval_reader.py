"""Measure a reader on held-back documents, on joined ones, and on samples of the evaluation sets.

usage: python eval_reader.py MINILM DATA MODEL [--sets dev joined squad2 ...] [--most 300] [--dev-most 0]

MODEL is a checkpoint of `train_reader.py` (its average) or an ONNX file, which is run one pair at a time. The columns:
the answerable and the unanswerable questions; first, the share of answerable questions whose best row is right; AUC of
the best row's score, answerable against unanswerable; best, the highest mean over thresholds of two shares (answerable
questions with a right best row at or above the threshold, unanswerable ones with no row there); its threshold; and
the two shares at threshold 0. Of documents with more than 40 rows only the 40 with the most of the question's words are
read; a right row that is not among them counts as not found.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from numpy.typing import NDArray
from reader_model import CrossEncoder, Pair, Pieces, documents, questions, tensors

MOST_ROWS = 40
Question = dict[str, Any]
Result = tuple[float, bool, bool]  # best score, whether answerable, whether the best row is right
Score = Callable[[Sequence[Pair]], NDArray[np.float64]]
WORD = re.compile(r"[a-z0-9]+")


def torch_score(path: Path) -> Score:
    """Score with a checkpoint, in batches."""
    model = CrossEncoder(torch.bfloat16)
    state = torch.load(path, map_location="cpu")
    model.load_state_dict(state.get("average", state))
    model.eval()

    @torch.no_grad()
    def score(pairs: Sequence[Pair]) -> NDArray[np.float64]:
        order = sorted(range(len(pairs)), key=lambda i: len(pairs[i]))
        found = np.empty(len(pairs))
        for at in range(0, len(order), 32):
            some = order[at : at + 32]
            found[some] = model(*tensors([pairs[i] for i in some])).numpy()
        return found

    return score


def onnx_score(path: Path) -> Score:
    """Score with an ONNX file, each pair alone, rounded to 4 places."""
    from export_reader import session

    run = session(path)
    return lambda pairs: np.array([run(pair) for pair in pairs])


def nearest(question: Question, rows: Sequence[dict[str, str]]) -> list[int]:
    """The rows to read: all, or those with the most of the question's words, rare ones counting more (BM25)."""
    if len(rows) <= MOST_ROWS:
        return list(range(len(rows)))
    words = [WORD.findall(f"{row['t']} {row['h']}".lower()) for row in rows]
    stems = [Counter(word[:6] for word in some) for some in words]
    seen = Counter(stem for counts in stems for stem in counts)
    asked = {w[:6] for text in (question["q"], *question["c"]) for w in WORD.findall(text.lower())}
    weight = {s: math.log(1 + len(rows) / seen[s]) for s in asked if s in seen}
    mean = sum(map(len, words)) / len(words)
    value = [
        sum(v * c[s] / (c[s] + 0.4 + 0.8 * len(w) / mean) for s, v in weight.items())
        for c, w in zip(stems, words, strict=True)
    ]
    return sorted(sorted(range(len(rows)), key=lambda i: (-value[i], i))[:MOST_ROWS])


def figures(results: Iterable[Result]) -> str:
    """The columns for some questions."""
    data = list(results)
    able = [(score, right) for score, answerable, right in data if answerable]
    not_able = np.sort([score for score, answerable, _ in data if not answerable])
    first = sum(right for _, right in able) / max(1, len(able))
    line = f"{len(able):5d} {len(not_able):5d}  {first:.3f}"
    if not able or not len(not_able):
        return line
    below = np.searchsorted(not_able, [s for s, _ in able]) + np.searchsorted(not_able, [s for s, _ in able], "right")
    hits = np.sort([score for score, right in able if right])

    def shares(t: float) -> tuple[float, float]:
        return (len(hits) - np.searchsorted(hits, t)) / len(able), np.searchsorted(not_able, t) / len(not_able)

    best, at = max((sum(shares(t)) / 2, t) for t in {score for score, _, _ in data})
    found, abstained = shares(0.0)
    return f"{line}  {below.mean() / 2 / len(not_able):.3f}  {best:.3f} {at:6.2f}   {found:.3f} {abstained:.3f}"


def joined(asked: Sequence[Question], every: dict[str, Any]) -> tuple[list[Question], dict[str, Any]]:
    """The questions on documents of five excerpts each, whose titles become headings."""
    names = sorted({q["doc"] for q in asked})
    random.Random(5).shuffle(names)  # noqa: S311 - no secret
    place, longer = {}, {}
    for at in range(0, len(names), 5):
        rows: list[dict[str, str]] = []
        for name in names[at : at + 5]:
            title = every[name]["title"]
            place[name] = f"joined-{at}", len(rows)
            rows += [{**r, "h": f"{title} > {r['h']}" if r["h"] else title} for r in every[name]["rows"]]
        longer[f"joined-{at}"] = {"title": "", "rows": rows}
    moved = []
    for q in asked:
        name, first = place[q["doc"]]
        moved.append({**q, "doc": name, "gold": [first + i for i in q["gold"]], "also": [first + i for i in q["also"]]})
    return moved, longer


def measure(asked: Sequence[Question], every: dict[str, Any], pieces: Pieces, score: Score) -> list[Result]:
    """Read the rows for each question."""
    read = [(q, nearest(q, every[q["doc"]]["rows"])) for q in asked]
    pairs = [
        pieces.pair(q["q"], q["c"], every[q["doc"]]["title"], every[q["doc"]]["rows"][i])
        for q, some in read
        for i in some
    ]
    scores = np.split(score(pairs), np.cumsum([len(some) for _, some in read])[:-1])
    results = []
    for (q, some), z in zip(read, scores, strict=True):
        results.append((float(z.max()), bool(q["gold"]), some[int(z.argmax())] in q["gold"]))
    return results


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    for name in ("minilm", "data", "model"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--sets", nargs="+", default=["dev", "joined", "squad2", "clapnq", "covidqa", "doc2dial"])
    parser.add_argument("--most", type=int, default=300, help="questions of a set")
    parser.add_argument("--dev-most", type=int, default=0, help="held-back questions; 0: all")
    args = parser.parse_args()
    torch.set_num_threads(1)
    pieces, every = Pieces(args.minilm), documents(args.data)
    score = onnx_score(args.model) if args.model.suffix == ".onnx" else torch_score(args.model)
    dev = questions(args.data / "dev.jsonl")
    click.echo(f"{args.model}\n{'set':24} right wrong  first  AUC    best      at   found abstained at 0")
    for name in args.sets:
        asked, own = (dev, every) if name in {"dev", "joined"} else (questions(args.data / f"{name}.jsonl"), every)
        most = args.dev_most if name == "dev" else args.most
        if name == "joined":
            asked, own = joined([q for q in dev if not q["doc"].startswith("ref-")], every)
        if most and most < len(asked):
            asked = random.Random(1).sample(asked, most)  # noqa: S311 - no secret
        begin = time.time()
        results = measure(asked, own, pieces, score)
        click.echo(f"{name:24} {figures(results)}   ({time.time() - begin:.0f} s)")
        kinds = defaultdict(list)
        for q, result in zip(asked, results, strict=True):
            kinds[q["kind"]].append(result)
            if q["kind"] in {"other-words", "unanswerable"}:
                kinds["other words, unanswerable"].append(result)
        if name == "dev":
            for kind, some in sorted(kinds.items()):
                click.echo(f"  {kind[:22]:22} {figures(some)}")


if __name__ == "__main__":
    main()
