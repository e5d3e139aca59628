"""Makes the scripts in `evals/` importable, as they are when one of them is run."""

from importlib import import_module
from pathlib import Path

import pytest

EVALS = Path(__file__).parents[2] / "evals"


@pytest.fixture
def script(monkeypatch):
    """A function that imports a script by its name."""
    monkeypatch.syspath_prepend(str(EVALS / "reader"))
    monkeypatch.syspath_prepend(str(EVALS))
    return import_module
