"""Find the rows that are nearest to each question by the untrained encoder's vectors: first candidates for wrong rows.

usage: python nearest.py MINILM DATA

Writes DATA/nearest.json: for each line of train.jsonl `own` (rows of its document that are neither right nor half
right, nearest first) and `other` (document and row number of rows of other documents, nearest first). A document that
has a sentence of a held-back document is left out, as are rows of a document with the same title.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from numpy.typing import NDArray
from reader_model import CLS, SEP, CrossEncoder, Pair, Pieces, documents, mean, pretrained, questions, tensors

OWN, OTHER = 16, 10
BATCH, QUESTIONS = 32, 256


@torch.no_grad()
def vectors(texts: list[str], model: CrossEncoder, pieces: Pieces) -> NDArray[np.float32]:
    """Vectors of length 1."""
    pieces.learn(texts)
    pairs = [Pair([CLS, *pieces.of(text, "q"), SEP], []) for text in texts]
    order = sorted(range(len(texts)), key=lambda i: len(pairs[i]))
    found = np.empty((len(texts), 384), dtype=np.float32)
    for at in range(0, len(order), BATCH):
        ids, kinds, mask = tensors([pairs[i] for i in order[at : at + BATCH]])
        found[order[at : at + BATCH]] = mean(model.states(ids, kinds, mask).float(), mask).numpy()
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def leaking(every: dict[str, Any], held: set[str]) -> set[str]:
    """Documents that are not held back but have a long sentence of one that is."""
    rows = [row for name in held for row in every[name]["rows"] if row["h"] != "References"]
    texts = {row["t"] for row in rows if len(row["t"]) > 40}
    return {name for name, d in every.items() if name not in held and any(row["t"] in texts for row in d["rows"])}


def candidates(  # noqa: PLR0913, PLR0917 - what `main` has read
    q: dict[str, Any], near: NDArray[np.float32], every: dict[str, Any], flat: list[tuple[str, int]],
    start: dict[str, int], title: NDArray[np.int64],
) -> dict[str, Any]:  # fmt: skip
    """The wrong rows of one question, from how near each row is."""
    first = start[q["doc"]]
    own = np.argsort(-near[first : first + len(every[q["doc"]]["rows"])]).tolist()
    near = np.where(title == title[first], -1, near)
    best = np.argpartition(-near, OTHER)[:OTHER]
    other = [flat[i] for i in best[np.argsort(-near[best])]]
    return {"own": [i for i in own if i not in {*q["gold"], *q["also"]}][:OWN], "other": other}


def main(home: Path, data: Path) -> None:
    """Write the file."""
    torch.set_num_threads(1)
    every, asked = documents(data), questions(data / "train.jsonl")
    left_out = leaking(every, set((data / "heldout.txt").read_text().split()))
    usable = [q["doc"] not in left_out and q["kind"] != "selqa" for q in asked]
    names = sorted({q["doc"] for q, use in zip(asked, usable, strict=True) if use})
    click.echo(f"{len(left_out)} documents left out; {sum(usable)} questions on {len(names)} documents")
    flat = [(name, i) for name in names for i in range(len(every[name]["rows"]))]
    title = np.unique([every[name]["title"].casefold() for name, _ in flat], return_inverse=True)[1]
    start = {name: at for at, (name, i) in enumerate(flat) if i == 0}
    model, pieces = pretrained(home, torch.bfloat16).eval(), Pieces(home)
    matrix = vectors([every[name]["rows"][i]["t"] for name, i in flat], model, pieces)
    click.echo("rows done")
    wanted = vectors([" ".join([q["q"], *q["c"][:1]]) for q in asked], model, pieces)
    found: list[dict[str, Any] | None] = []
    for at in range(0, len(asked), QUESTIONS):
        alike = wanted[at : at + QUESTIONS] @ matrix.T
        for q, use, near in zip(asked[at:], usable[at:], alike, strict=False):
            found.append(candidates(q, near, every, flat, start, title) if use else None)
    (data / "nearest.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
