"""Threads against processes: what share of a question's time lets other threads run, and how many are answered.

`python evals/threads.py` compares on the bundled article, in turns. The share does not depend on what else the machine
does; the questions per second do.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from chatbot import Chatbot
from chatbot.semantic.extra import available

CASES = Path(__file__).parent / "leaky_gut" / "dev.jsonl"
ROUNDS = 3


def questions(count: int) -> list[str]:
    """Some questions on the bundled article."""
    cases = map(json.loads, CASES.read_text("utf-8").splitlines())
    return [turn["question"] for case in cases for turn in case["turns"]][:count]


@cache
def bot(semantic: bool) -> Chatbot:
    """One bot for each process."""
    return Chatbot.open(semantic=semantic)


def answer(semantic: bool, question: str) -> bool:
    """Answer one question."""
    return bot(semantic).ask(question).answered


def outside(asked: Sequence[str]) -> float:
    """The share of the processor time of questions that is spent in the models, which run without Python's lock."""
    import onnxruntime

    inside, run = 0.0, onnxruntime.InferenceSession.run

    def timed(*arguments: Any, **named: Any) -> Any:
        nonlocal inside
        started = time.thread_time()
        try:
            return run(*arguments, **named)
        finally:
            inside += time.thread_time() - started

    onnxruntime.InferenceSession.run = timed
    started = time.process_time()
    for question in asked:
        answer(True, question)
    onnxruntime.InferenceSession.run = run
    return inside / (time.process_time() - started)


def speed(pool: Executor, asked: Sequence[str], *, semantic: bool) -> float:
    """Questions per second."""
    modes = [semantic] * len(asked)
    list(pool.map(answer, modes[:8], asked[:8]))  # so that every worker has its bot
    started = time.perf_counter()
    list(pool.map(answer, modes, asked))
    return len(asked) / (time.perf_counter() - started)


def main() -> None:
    """Print the share, and the questions per second of threads and of processes, in both modes."""
    count = os.cpu_count() or 1
    for semantic in [True] * available() + [False]:
        mode = "semantic" if semantic else "words only"
        answer(semantic, "How bigg is the gut?")
        if semantic:
            print(f"{mode}: {outside([f'{text} ...' for text in questions(20)]):.0%} of the time outside Python's lock")  # noqa: T201
        found: dict[str, list[float]] = {}
        for turn in range(ROUNDS):
            asked = [f"{text} {'.' * turn}" for text in questions(12 if semantic else 100)]
            for name, pool in {
                "1 thread": ThreadPoolExecutor(1),
                f"{count} threads": ThreadPoolExecutor(count),
                f"{count} processes": ProcessPoolExecutor(count),
            }.items():
                with pool:
                    found.setdefault(name, []).append(speed(pool, asked, semantic=semantic))
        shown = ", ".join(f"{name} {median(values):.1f}" for name, values in found.items())
        print(f"{mode}, questions per second: {shown}")  # noqa: T201


if __name__ == "__main__":
    main()
