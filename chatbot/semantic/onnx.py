"""Runs ONNX models: each on one thread, so that sums are always taken in the same order."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from chatbot.common.progress import counted_off
from chatbot.common.wording import pip_install
from chatbot.errors import SemanticError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onnxruntime import InferenceSession

Input = TypeVar("Input")
Output = TypeVar("Output")


def map_parallel(compute: Callable[[Input], Output], inputs: Sequence[Input], text: str = "") -> list[Output]:
    """`compute` of each input, on all processors. A line of progress, if one is shown, says `text` meanwhile."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(compute, inputs)
        return list(counted_off(results, text, len(inputs)) if text else results)


def inference_session(model: bytes) -> InferenceSession:
    """A model in memory. Raises SemanticError if the extra is not installed."""
    # From 1.29 on, onnxruntime sends usage data to its maker as soon as it is imported, unless this is set.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime
    except ImportError as error:
        raise SemanticError(f"semantic matching is not installed: {pip_install('semantic')}") from error

    onnxruntime.disable_telemetry_events()  # on Windows it hands them to the system
    options = onnxruntime.SessionOptions()
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: a library prints nothing
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
