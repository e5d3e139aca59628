"""What the embedded engine can hold: said when a collection comes near to it, with the line to move on."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from chatbot.common.wording import counted
from chatbot.inputs import MOST

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEAR = 0.8  # of the files that can be read at once
_SHARE = 0.5  # of the machine's memory that this process uses


def _used() -> tuple[float, float]:
    """The memory that this process has used at most and that of the machine, in GB; zeros where that is not known."""
    if sys.platform == "win32":
        return 0.0, 0.0
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9, total / 1e9


def advice(names: Sequence[str], documents: int) -> str:
    """A line if so many documents are near what this machine can hold; empty if they are not."""
    used, total = _used()
    if documents < _NEAR * MOST and used <= _SHARE * total:
        return ""
    size = f"{counted(documents, 'document')} of at most {MOST:,}, with {used:.1f} of {total:.1f} GB of memory"
    return f"{size}; more go into OpenSearch: chatbot index -d {names[0]} --engine opensearch://HOST:9200/NAME"
