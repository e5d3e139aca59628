"""The reader's network, its input, and the files of `reader_data.py` in memory.

The network is all-MiniLM-L6-v2 with one output. It sees a question, up to two earlier questions, a sentence, and where
the sentence stands. Weights are kept in full precision; hidden states may be bfloat16. Attention is written out, since
PyTorch's fused attention with a mask takes 1.6 times as long on a processor.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

SIZE, HEADS, LAYERS, PIECES = 384, 12, 6, 30522
CLS, SEP, MASK, STOP, PAD = 101, 102, 103, 1012, 0  # "." separates the parts of a place
MOST = {"q": 40, "c": 24, "t": 64, "title": 16, "h": 20, "p": 24}  # word pieces of each part
LONGEST = 144  # word pieces of a pair


def linear(x: Tensor, layer: nn.Linear) -> Tensor:
    """A linear layer in the precision of its input."""
    return functional.linear(x, layer.weight.to(x.dtype), layer.bias.to(x.dtype))


def norm(x: Tensor, layer: nn.LayerNorm) -> Tensor:
    """A layer normalisation in the precision of its input."""
    return functional.layer_norm(x, (SIZE,), layer.weight.to(x.dtype), layer.bias.to(x.dtype), layer.eps)


class Layer(nn.Module):
    """One layer of BERT, without dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.mix = nn.Linear(SIZE, 3 * SIZE), nn.Linear(SIZE, SIZE)
        self.up, self.down = nn.Linear(SIZE, 4 * SIZE), nn.Linear(4 * SIZE, SIZE)
        self.norm1, self.norm2 = nn.LayerNorm(SIZE, 1e-12), nn.LayerNorm(SIZE, 1e-12)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """New states; `bias` is added to the attention's logits."""
        pairs, length, _ = x.shape
        q, k, v = linear(x, self.qkv).view(pairs, length, 3, HEADS, SIZE // HEADS).permute(2, 0, 3, 1, 4)
        logits = (q * (SIZE // HEADS) ** -0.5) @ k.transpose(-1, -2)
        weights = torch.softmax(logits if bias is None else logits + bias, -1)
        mixed = (weights @ v).transpose(1, 2).reshape(pairs, length, SIZE)
        x = norm(x + linear(mixed, self.mix), self.norm1)
        return norm(x + linear(functional.gelu(linear(x, self.up)), self.down), self.norm2)


class CrossEncoder(nn.Module):
    """Scores pairs; a logit above 0 means that the sentence answers the question."""

    def __init__(self, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.dtype = dtype
        self.words, self.places, self.kinds = nn.Embedding(PIECES, SIZE), nn.Embedding(512, SIZE), nn.Embedding(2, SIZE)
        self.norm = nn.LayerNorm(SIZE, 1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.head = nn.Linear(SIZE, 1)

    def states(self, ids: Tensor, kinds: Tensor, mask: Tensor | None = None) -> Tensor:
        """The last layer's states; `mask` is 1 at pieces and 0 at padding."""
        x = self.words(ids) + self.places.weight[: ids.shape[1]] + self.kinds(kinds)
        x = norm(x, self.norm).to(self.dtype)
        bias = None if mask is None else ((1 - mask)[:, None, None] * -1e4).to(self.dtype)
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor | None = None) -> Tensor:
        """A logit a pair."""
        x = self.states(ids, kinds, mask).float()
        return self.head(x[:, 0] + mean(x, mask)).squeeze(-1)


def mean(x: Tensor, mask: Tensor | None) -> Tensor:
    """The mean state of each text."""
    if mask is None:
        return x.mean(1)
    weights = mask[..., None].to(x.dtype)
    return (x * weights).sum(1) / weights.sum(1)


def pretrained(home: Path, dtype: torch.dtype = torch.float32) -> CrossEncoder:
    """A network with the weights of a BERT model's folder and a new output layer."""
    from safetensors.torch import load_file

    source = load_file(home / "model.safetensors")
    model = CrossEncoder(dtype)
    names = {"words": "word_embeddings", "places": "position_embeddings", "kinds": "token_type_embeddings"}
    names["norm"] = "LayerNorm"
    state = {k: v for k, v in model.state_dict().items() if k.startswith("head")}
    for ours, theirs in names.items():
        for part in ("weight", "bias") if ours == "norm" else ("weight",):
            state[f"{ours}.{part}"] = source[f"embeddings.{theirs}.{part}"]
    inner = {"mix": "attention.output.dense", "norm1": "attention.output.LayerNorm", "up": "intermediate.dense"}
    inner |= {"down": "output.dense", "norm2": "output.LayerNorm"}
    for i in range(LAYERS):
        for part in ("weight", "bias"):
            head = f"encoder.layer.{i}."
            qkv = [source[f"{head}attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            state[f"layers.{i}.qkv.{part}"] = torch.cat(qkv)
            for ours, theirs in inner.items():
                state[f"layers.{i}.{ours}.{part}"] = source[f"{head}{theirs}.{part}"]
    model.load_state_dict(state)
    return model


class Pair(NamedTuple):
    """The word pieces of the two segments."""

    first: list[int]
    second: list[int]

    def __len__(self) -> int:
        return len(self.first) + len(self.second)


class Pieces:
    """Word pieces of texts; each text is split once."""

    def __init__(self, home: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(home / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._known: dict[str, list[int]] = {"": []}

    def learn(self, texts: Sequence[str]) -> None:
        """Split many texts at once."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        encoded = self._tokenizer.encode_batch(new, add_special_tokens=False)
        self._known.update((text, e.ids[:LONGEST]) for text, e in zip(new, encoded, strict=True))

    def of(self, text: str, part: str) -> list[int]:
        """The first pieces of a text."""
        if text not in self._known:
            self.learn([text])
        return self._known[text][: MOST[part]]

    def pair(self, question: str, earlier: Sequence[str], title: str, row: dict[str, str]) -> Pair:
        """The network's input for a question and a row."""
        first = [CLS, *self.of(question, "q"), SEP]
        for text in earlier:
            first += [*self.of(text, "c"), SEP]
        place = [*self.of(title, "title"), STOP, *self.of(row["h"], "h"), STOP, *self.of(row["p"], "p")]
        second = [*self.of(row["t"], "t"), SEP, *place]
        return Pair(first, [*second[: LONGEST - 1 - len(first)], SEP])


def tensors(pairs: Sequence[Pair], multiple: int = 16) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, segments and mask of some pairs, padded to a multiple of some pieces."""
    length = -(-max(map(len, pairs)) // multiple) * multiple
    ids, kinds, mask = np.zeros((3, len(pairs), length), dtype=np.int64)
    for i, pair in enumerate(pairs):
        ids[i, : len(pair)] = pair.first + pair.second
        kinds[i, len(pair.first) : len(pair)] = 1
        mask[i, : len(pair)] = 1
    return torch.from_numpy(ids), torch.from_numpy(kinds), torch.from_numpy(mask)


def documents(data: Path) -> dict[str, dict[str, Any]]:
    """The documents of `reader_data.py` by id."""
    with (data / "documents.jsonl").open(encoding="utf-8") as file:
        return {d["id"]: d for d in map(json.loads, file)}


def questions(path: Path) -> list[dict[str, Any]]:
    """The questions of a file."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]
