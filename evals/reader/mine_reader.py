"""Find, with a trained reader, the wrong rows that it takes for right; run the same command again to go on.

usage: python mine_reader.py MINILM DATA CHECKPOINT.pt MINED.jsonl [QUESTIONS]

Reads the candidates of `nearest.py` for each training question, or for QUESTIONS of them drawn at random, and keeps the
numbers of up to four rows of the question's own document with the highest scores. `train_reader.py --mined MINED.jsonl`
uses those before others. A row that is right but not marked as such would come first here, so rows above 4 are dropped.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import torch
from eval_reader import torch_score
from reader_model import Pieces, documents, questions

KEPT, DOUBTFUL = 4, 4.0  # rows; a logit above which a row is taken for right


def main(home: Path, data: Path, checkpoint: Path, out: Path, *, most: int = 0) -> None:
    """Append a line a question."""
    torch.set_num_threads(1)
    pieces, every, score = Pieces(home), documents(data), torch_score(checkpoint)
    near = json.loads((data / "nearest.json").read_text())
    asked = [(q, n["own"]) for q, n in zip(questions(data / "train.jsonl"), near, strict=True) if n and n["own"]]
    random.Random(3).shuffle(asked)  # noqa: S311 - no secret
    done = len(out.read_text().splitlines()) if out.exists() else 0
    with out.open("a", encoding="utf-8") as file:
        for q, own in asked[done : most or None]:
            document = every[q["doc"]]
            scores = score([pieces.pair(q["q"], q["c"], document["title"], document["rows"][i]) for i in own])
            hardest = [i for z, i in sorted(zip(scores.tolist(), own, strict=True), reverse=True) if z < DOUBTFUL]
            file.write(json.dumps([f"{q['doc']}\t{q['q']}", hardest[:KEPT]]) + "\n")
            file.flush()


if __name__ == "__main__":
    paths = [Path(argument) for argument in sys.argv[1:5]]
    main(*paths, most=int(sys.argv[5]) if sys.argv[5:] else 0)
