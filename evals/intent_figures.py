"""How often the intent of a message is right, for writers that the model was not fitted on.

The figures are those that `evals/reader/fit_intents.py` prints, where each writer is left out in turn. Where it cannot
run, for example because PyTorch is missing, they are taken from its log.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = Path(__file__).parent / "reader" / "fit_intents.py"


def lines(messages: Path, script: Path = SCRIPT) -> Iterator[str]:
    """The command and what it prints, or its log, or else why there is neither.

    Args:
        messages: the file of messages with their intents.
        script: the script that fits the model; its log has its name, with the suffix `.log`.
    """
    done = subprocess.run([sys.executable, str(script), str(messages)], check=False, capture_output=True, text=True)  # noqa: S603
    log = script.with_suffix(".log")
    yield f"$ python {script.parent.parent.name}/{script.parent.name}/{script.name} {messages}"
    if not done.returncode:
        yield from done.stdout.splitlines()
    elif log.exists():
        yield f"could not be run here; from {log.name}:"
        yield from log.read_text(encoding="utf-8").splitlines()
    else:
        yield f"could not be run here, and has no log: {(done.stderr.splitlines() or ['no output'])[-1]}"
