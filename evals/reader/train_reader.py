"""Train the reader; run the same command again to go on from the last checkpoint.

usage: python train_reader.py MINILM DATA OUT.pt END [--workers 2] [--rate 7e-5] [--seed 1] [--start OTHER.pt]
                              [--mined FILE]

END is the time of day (UTC, HH:MM) at which the learning rate reaches its end. Each worker has one thread and updates
the same shared weights without waiting for the others (Recht et al. 2011, Hogwild): on a machine that other programs
use too, threads that wait for each other lose half of the time. So two runs give similar weights, not the same.
OUT.pt has `model`, `average` (an exponential moving average of the weights: the result), `optimiser`, `chunk`, `step`.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import time
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import click
import torch
from reader_model import MASK, STOP, CrossEncoder, pretrained, tensors
from sampling import Group, Sampler
from torch import Tensor, multiprocessing, nn

WARMUP = 80  # steps
SAVE_EVERY = 60  # seconds
LOG_EVERY = 50  # steps
AVERAGE_EVERY, DECAY = 5, 0.975  # steps; of the moving average
HIDDEN = 0.06  # share of word pieces that are hidden
LISTWISE, RIGHT_WEIGHT, WEIGHT_DECAY = 0.5, 1.5, 0.01


def loss_of(logits: Tensor, groups: Sequence[Group]) -> Tensor:
    """Cross entropy of each pair, and of a softmax over a question's rows and "none of them", whose logit is 0."""
    right = torch.tensor([float(answers) for group in groups for _, answers in group])
    each = nn.functional.binary_cross_entropy_with_logits(logits, right, 1 + (RIGHT_WEIGHT - 1) * right)
    sizes, lists = [len(group) for group in groups], []
    for z, y in zip(logits.split(sizes), right.split(sizes), strict=True):
        found = torch.logsumexp(z[y > 0], 0) if bool(y.any()) else z.new_zeros(())
        lists.append(torch.logsumexp(torch.cat([z.new_zeros(1), z]), 0) - found)
    return each + LISTWISE * torch.stack(lists).mean()


def masked(ids: Tensor) -> Tensor:
    """The pairs with some of their word pieces hidden, so that the network cannot learn them by heart."""
    hidden = (torch.rand(ids.shape) < HIDDEN) & (ids > STOP)
    return ids.masked_fill(hidden, MASK)


def optimiser_of(model: nn.Module, rate: float) -> torch.optim.AdamW:
    """AdamW over all weights but the word embeddings, which stay as they are."""
    model.words.weight.requires_grad_(False)
    weights = [p for p in model.parameters() if p.requires_grad]
    parts = [[p for p in weights if p.ndim > 1], [p for p in weights if p.ndim < 2]]
    groups = [{"params": parts[0], "weight_decay": WEIGHT_DECAY}, {"params": parts[1], "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, fused=True)


def give_back_memory() -> None:
    """Return freed memory to the system (glibc): batches of many shapes leave gaps that only grow."""
    if hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)


def seconds_until(clock: str) -> float:
    """Seconds from now to a time of day (UTC), less than 12 hours away in either direction."""
    now = datetime.now(timezone.utc)
    hour, minute = map(int, clock.split(":"))
    left = (now.replace(hour=hour, minute=minute, second=0) - now) % timedelta(days=1)
    return (left if left < timedelta(hours=12) else left - timedelta(days=1)).total_seconds()


class Worker:
    """One of the processes that train; the first one keeps the average, and writes checkpoints."""

    def __init__(self, model: CrossEncoder, average: dict[str, Tensor], state: dict[str, Any], rate: float) -> None:
        self._model, self._average, self._rate = model, average, rate
        self.step, self.chunk, self._spent = state["step"], state["chunk"], state["spent"]
        self._optimiser = optimiser_of(model, rate)
        if "optimiser" in state:
            self._optimiser.load_state_dict(state["optimiser"])
        self._first, self._begin, self.pairs, self.loss = self.step, time.time(), 0, 0.0

    @property
    def seconds(self) -> float:
        """How long this process has trained."""
        return time.time() - self._begin

    def learn(self, groups: Sequence[Group], progress: float) -> None:
        """One step; the learning rate falls with the share of the time that is over."""
        self.step += 1
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate * min(1.0, self.step / WARMUP) * max(0.03, 1 - progress)
        pairs = [pair for group in groups for pair, _ in group]
        ids, kinds, mask = tensors(pairs)
        loss = loss_of(self._model(masked(ids), kinds, mask), groups)
        loss.backward()
        nn.utils.clip_grad_norm_([p for p in self._model.parameters() if p.requires_grad], 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=False)
        self.pairs += len(pairs)
        self.loss += (loss.item() - self.loss) / min(self.step - self._first, 100)

    def average(self) -> None:
        """Move the average a little towards the weights."""
        for name, value in self._model.state_dict().items():
            self._average[name].lerp_(value, 1 - min(DECAY, self.step / (self.step + 50)))

    def save(self, path: Path) -> None:
        """Write a checkpoint in one piece."""
        weights = {"model": self._model.state_dict(), "average": self._average}
        place = {"step": self.step, "chunk": self.chunk, "spent": self._spent + self.seconds}
        new = path.with_suffix(".new")
        torch.save({**weights, "optimiser": self._optimiser.state_dict(), **place}, new)
        os.replace(new, path)

    def progress(self, end: float) -> float:
        """The share of the time that is over, from 0 to 1."""
        return min(1.0, (self._spent + self.seconds) / (self._spent + max(1.0, end - self._begin)))


def work(
    number: int, model: CrossEncoder, average: dict[str, Tensor], state: dict[str, Any], args: argparse.Namespace
) -> None:
    """Train until the end."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    sampler = Sampler(args.minilm, args.data, args.mined)
    worker, saved = Worker(model, average, state, args.rate), time.time()
    end = time.time() + seconds_until(args.end)
    while worker.progress(end) < 1:
        for groups in sampler.chunk(worker.chunk * args.workers + number, args.seed):
            worker.learn(groups, worker.progress(end))
            if worker.step % AVERAGE_EVERY == 0 and number == 0:
                worker.average()
            if worker.step % LOG_EVERY == 0:
                speed = f"{worker.pairs / worker.seconds:.1f} pairs/s {worker.seconds:.0f} s"
                click.echo(
                    f"worker {number} step {worker.step} chunk {worker.chunk} loss {worker.loss:.3f} {speed}",
                )
            if worker.progress(end) == 1:
                break
            if number == 0 and time.time() - saved > SAVE_EVERY:
                worker.save(args.out)
                saved = time.time()
        worker.chunk += 1
        give_back_memory()
    if number == 0:
        worker.save(args.out)
        click.echo("done")


def main() -> None:
    """Start the workers."""
    parser = argparse.ArgumentParser()
    for name in ("minilm", "data", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("end")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rate", type=float, default=7e-5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path)
    parser.add_argument("--mined", type=Path)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    model, state = pretrained(args.minilm, torch.bfloat16), {"step": 0, "chunk": 0, "spent": 0.0}
    if args.out.exists():
        state = torch.load(args.out)
        model.load_state_dict(state.pop("model"))
    elif args.start:
        model.load_state_dict(torch.load(args.start)["average"])
    average = state.pop("average", None) or {name: value.clone() for name, value in model.state_dict().items()}
    model.train().share_memory()
    multiprocessing.spawn(work, (model, average, state, args), nprocs=args.workers)


if __name__ == "__main__":
    main()
