"""Fits the late-interaction reader; `evals/fit.py` calls it. Needs PyTorch.

A softmax over a question's candidates and no answer at all is made likely where it is right. The linear evidence takes
part while fitting, so that the reader learns what the words alone do not tell; it is left out of the result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from chatbot.semantic import encoder
from chatbot.semantic.late_interaction import MAX_TOKENS, RelevanceModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from views import Example

SIZE = 48  # dimensions of word space and answer space
DROPPED = 0.3  # dropout of the states
EPOCHS = 1  # a second epoch fits these questions better, but not others
RATE, LINEAR_RATE, DECAY = 2e-3, 2e-2, 0.05
CANDIDATES = 10  # per question: at most two right ones, and others
QUESTIONS = 24  # per step
WEIGHT = {True: 1.0, False: 1.5}  # answerable and unanswerable questions; there are fewer of the latter
OTHER = 0.7  # weight of questions to another document, which are easy


class States:
    """The token states of texts, in half precision, concatenated."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._number = {text: i for i, text in enumerate(dict.fromkeys(texts))}
        rows = encoder.map_parallel(self._states, list(self._number))
        self._length = np.array([len(row) for row in rows])
        self._start = np.concatenate([[0], self._length.cumsum()])
        self._rows = np.vstack(rows)

    @staticmethod
    def _states(text: str) -> NDArray[np.float16]:
        return encoder.encoder().states(text)[:MAX_TOKENS].astype(np.float16)

    def of(self, text: str) -> NDArray[np.float64]:
        """The states of a text, of shape (tokens, size)."""
        i = self._number[text]
        return self._rows[self._start[i] : self._start[i + 1]].astype(np.float64)

    def some(self, count: int) -> NDArray[np.float32]:
        """An even sample of all token states."""
        return self._rows[:: -(-len(self._rows) // count)].astype(np.float32)

    def padded(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """The states of several texts, of shape (texts, tokens, size), and their mask."""
        numbers = np.array([self._number[text] for text in texts])
        places = np.arange(self._length[numbers].max())
        mask = places[None] < self._length[numbers][:, None]
        rows = self._rows[np.where(mask, self._start[numbers][:, None] + places[None], 0)]
        return torch.from_numpy(rows.astype(np.float32) * mask[..., None]), torch.from_numpy(mask)


class Net(nn.Module):  # type: ignore[misc,unused-ignore]  # its base is Any where PyTorch is not installed
    """`chatbot.semantic.late_interaction.RelevanceModel` for many questions at once, with gradients."""

    def __init__(self, size: int, evidence: int, axes: NDArray[np.float32]) -> None:
        super().__init__()
        self.words, self.asks, self.answers = (nn.Linear(size, SIZE, bias=False) for _ in range(3))
        self.weights, self.wants = (nn.Linear(size, 1, bias=False) for _ in range(2))
        self.costs = nn.Linear(size, 1)
        self.mix = nn.Linear(4, 1, bias=False)
        self.linear = nn.Linear(evidence, 1)
        self._drop = nn.Dropout(DROPPED)
        with torch.no_grad():  # start with the principal directions of the states, and with alignment
            self.words.weight.copy_(torch.from_numpy(axes))
            self.mix.weight.copy_(torch.tensor([[0.5, 0.1, 0.1, 0.1]]))
            self.linear.weight.zero_()

    def forward(self, question: Tensor, asked: Tensor, sentences: Tensor, there: Tensor) -> Tensor:
        """Scores of shape (questions, candidates); `asked` and `there` are masks."""
        question, sentences = self._drop(question), self._drop(sentences)
        unit = nn.functional.normalize
        alike = torch.einsum("bnd,bkmd->bknm", unit(self.words(question), dim=-1), unit(self.words(sentences), dim=-1))
        best = alike.masked_fill(~there[:, :, None], -1).max(3).values
        counts = self.counts(question).squeeze(-1).masked_fill(~asked, -1e9).softmax(1)
        costs = nn.functional.softplus(self.costs(question).squeeze(-1)) * asked / asked.sum(1, keepdim=True).sqrt()
        wants = self.wants(question).squeeze(-1).masked_fill(~asked, -1e9).softmax(1)
        wanted = torch.einsum("bn,bnd->bd", wants, self.asks(question))
        given = torch.einsum("bd,bkmd->bkm", wanted, self.answers(sentences)).div(8).masked_fill(~there, -1e4)
        anywhere = given.logsumexp(2) - there.sum(2).clamp(min=1).log()
        aligned = 10 * torch.einsum("bn,bkn->bk", counts, best)
        missing = -torch.einsum("bn,bkn->bk", costs, 1 - best)
        parts = torch.stack([aligned, missing, anywhere, given.max(2).values], -1)
        scores: Tensor = self.mix(parts).squeeze(-1)
        return scores

    def reader(self) -> RelevanceModel:
        """The weights as a relevance model."""

        def array(weight: Tensor) -> NDArray[np.float64]:
            return np.asarray(weight.detach().double().numpy())

        return RelevanceModel(
            words=array(self.words.weight).T,
            asks=array(self.asks.weight).T,
            answers=array(self.answers.weight).T,
            counts=array(self.counts.weight)[0],
            costs=array(self.costs.weight)[0],
            cost=array(self.costs.bias),
            wants=array(self.wants.weight)[0],
            mix=array(self.mix.weight)[0],
        )


def _candidates(example: Example, random: np.random.Generator) -> NDArray[np.int64]:
    right, wrong = np.flatnonzero(example.right), np.flatnonzero(~example.right)
    return np.concatenate([right[:2], random.permutation(wrong)])[:CANDIDATES]


def _batches(
    data: Sequence[Example], states: States, random: np.random.Generator
) -> Iterator[tuple[list[Example], tuple[Tensor, ...], Tensor, Tensor, Tensor]]:
    """Per step: the examples, their states, their candidates' features, labels and mask."""
    order = random.permutation(len(data))
    for start in range(0, len(order), QUESTIONS):
        chosen = [data[i] for i in order[start : start + QUESTIONS]]
        picked = [_candidates(example, random) for example in chosen]
        shape = (len(chosen), max(map(len, picked)))
        right, present = np.zeros((2, *shape), dtype=bool)
        evidence = np.zeros((*shape, chosen[0].evidence.shape[1]), dtype=np.float32)
        texts = [[""] * shape[1] for _ in chosen]
        for row, (example, some) in enumerate(zip(chosen, picked, strict=True)):
            right[row, : len(some)], present[row, : len(some)] = example.right[some], True
            evidence[row, : len(some)] = example.evidence[some]
            texts[row][: len(some)] = [example.sentences[i] for i in some]
        sentences, there = states.padded([text for row in texts for text in row])
        there = there.view(*shape, -1) & torch.from_numpy(present)[..., None]
        question, asked = states.padded([example.question for example in chosen])
        read = (question, asked, sentences.view(*shape, *sentences.shape[1:]), there)
        yield chosen, read, torch.from_numpy(evidence), torch.from_numpy(right), torch.from_numpy(present)


def _loss(scores: Tensor, right: Tensor, present: Tensor, weights: Tensor) -> Tensor:
    """The loss of a softmax over the candidates and "no answer"."""
    every = torch.cat([scores.masked_fill(~present, -1e9), torch.zeros(len(scores), 1)], 1).log_softmax(1)
    found = every[:, :-1].masked_fill(~right, -1e9).logsumexp(1)
    return (-torch.where(right.any(1), found, every[:, -1]) * weights).mean()


def train(data: Sequence[Example], states: States) -> RelevanceModel:
    """Fit a reader on examples whose texts are in `states`."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    data = [e for e in data if len(e.right) and (e.right.any() or not e.answerable)]
    pieces = states.some(20_000)
    axes = np.linalg.svd(pieces - pieces.mean(axis=0), full_matrices=False)[2][:SIZE]
    every = np.vstack([example.evidence for example in data])
    mean, scale = (torch.from_numpy(a.astype(np.float32)) for a in (every.mean(axis=0), every.std(axis=0) + 1e-6))
    net = Net(pieces.shape[1], every.shape[1], axes)
    own = [weight for name, weight in net.named_parameters() if not name.startswith("linear")]
    optimiser = torch.optim.AdamW(
        [{"params": own}, {"params": net.linear.parameters(), "lr": LINEAR_RATE, "weight_decay": 0.0}],
        RATE,
        weight_decay=DECAY,
    )
    steps = EPOCHS * -(-len(data) // QUESTIONS)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, [lambda step: min((step + 1) / 100, 1) * (1 - step / (2 * steps)), lambda _: 1.0]
    )
    for _ in range(EPOCHS):
        for chosen, read, evidence, right, present in _batches(data, states, random):
            weights = torch.tensor([OTHER if e.view == "other" else WEIGHT[e.answerable] for e in chosen])
            loss = _loss(net(*read) + net.linear((evidence - mean) / scale).squeeze(-1), right, present, weights)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            schedule.step()
    return net.reader()
