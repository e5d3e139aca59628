"""Export a trained reader to ONNX with 8-bit weights, and run such a file.

usage: python export_reader.py MINILM CHECKPOINT.pt OUT.onnx [--keep NAME ...] [--check DATA]

The input of the ONNX file is one pair without padding: `ids` and `kinds` of shape (1, pieces). Its output `logit` has
shape (1,). 8-bit activations are scaled by the largest value of the input, so a pair is always run by itself.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
import onnxruntime
import torch
from reader_model import CrossEncoder, Pair, Pieces, documents, questions
from torch import Tensor, nn


class OnePair(nn.Module):
    """The network without padding."""

    def __init__(self, model: CrossEncoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, kinds: Tensor) -> Tensor:
        """The logit of a pair."""
        return self.model(ids, kinds)


def export(checkpoint: Path, out: Path) -> None:
    """Write the network in full precision."""
    model = CrossEncoder()
    state = torch.load(checkpoint, map_location="cpu")
    model.load_state_dict(state.get("average", state))
    example = (torch.ones(1, 20, dtype=torch.int64), torch.zeros(1, 20, dtype=torch.int64))
    axes = {"ids": {1: "pieces"}, "kinds": {1: "pieces"}}
    torch.onnx.export(OnePair(model.eval()), example, str(out), input_names=["ids", "kinds"], output_names=["logit"],
                      dynamic_axes=axes, opset_version=17, dynamo=False)  # fmt: skip


def quantised(source: Path, out: Path, keep: list[str], kind: str = "QInt8", embedding: bool = True) -> None:
    """Write the network with 8-bit weights; nodes whose name has a text of `keep` stay as they are."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    nodes = [n.name for n in onnx.load(str(source)).graph.node if any(text in n.name for text in keep)]
    kinds = ["MatMul", "Gemm", *(["Gather"] if embedding else [])]
    quantize_dynamic(
        source, out, op_types_to_quantize=kinds, per_channel=True, reduce_range=True, weight_type=QuantType[kind],
        nodes_to_exclude=nodes, extra_options={"MatMulConstBOnly": True},
    )  # fmt: skip


def session(path: Path) -> Callable[[Pair], float]:
    """A function that scores one pair with one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    run = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]).run

    def score(pair: Pair) -> float:
        ids = np.array([pair.first + pair.second], dtype=np.int64)
        kinds = np.array([[0] * len(pair.first) + [1] * len(pair.second)], dtype=np.int64)
        return round(float(run(None, {"ids": ids, "kinds": kinds})[0][0]), 4)

    return score


def sample(minilm: Path, data: Path, count: int) -> list[Pair]:
    """Pairs of held-back documents."""
    pieces, every = Pieces(minilm), documents(data)
    asked = questions(data / "dev.jsonl")[:: max(1, 2000 // count)]
    return [pieces.pair(q["q"], q["c"], every[q["doc"]]["title"], every[q["doc"]]["rows"][0]) for q in asked][:count]


def main() -> None:
    """Export, and say how large, how fast and how far from full precision the file is."""
    parser = argparse.ArgumentParser()
    for name in ("minilm", "checkpoint", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--keep", nargs="*", default=[])
    parser.add_argument("--kind", default="QInt8")
    parser.add_argument("--float-embedding", action="store_true")
    parser.add_argument("--check", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        export(args.checkpoint, full)
        quantised(full, args.out, args.keep, args.kind, not args.float_embedding)
        click.echo(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB")
        if not args.check:
            return
        pairs = sample(args.minilm, args.check, 300)
        exact, small = session(full), session(args.out)
        wanted, begin = [exact(p) for p in pairs], time.process_time()
        got = [small(p) for p in pairs]
        spent = time.process_time() - begin
        length, difference = np.mean([len(p) for p in pairs]), np.abs(np.subtract(got, wanted)).mean()
        click.echo(f"{1000 * spent / len(pairs):.2f} ms of processor time a pair of {length:.0f} pieces")
        click.echo(f"mean difference {difference:.3f}, correlation {np.corrcoef(got, wanted)[0, 1]:.5f}")
        again = [small(p) for p in reversed(pairs)][::-1]
        click.echo(f"the same in another order: {got == again}")


if __name__ == "__main__":
    main()
