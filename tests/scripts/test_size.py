"""The size of the program by package (`evals/size.py`)."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout")
def test_the_columns_add_up():
    """The last row is the sum of the packages, in each column."""
    command = [sys.executable, str(ROOT / "evals" / "size.py"), "HEAD"]
    rows = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[2:]  # noqa: S603
    numbers = [list(map(int, row.rsplit(maxsplit=4)[1:])) for row in rows]
    assert [sum(column) for column in zip(*numbers[:-1], strict=True)] == numbers[-1]
