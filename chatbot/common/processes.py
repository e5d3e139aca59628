"""Worker processes that do not outlive the process that has started them."""

from __future__ import annotations

import os
from multiprocessing import parent_process
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess


def _exit_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def exit_with_parent() -> None:
    """In a worker process: exit when the parent does, even if it is killed."""
    if parent := parent_process():
        Thread(target=_exit_after, args=(parent,), daemon=True).start()
