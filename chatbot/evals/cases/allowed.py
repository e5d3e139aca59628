"""Which files the cases of a question set may name as their documents: a set may be a stranger's, as in a fork."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.errors import CaseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chatbot.evals.cases.cases import Case

Folders = tuple[Path, ...]


def folders(path: Path, others: Sequence[Path] = ()) -> Folders:
    """The folders whose files the cases of a set may name: its own, the working folder, and others, without links."""
    own = path if path.is_dir() else path.parent
    return tuple(Path(os.path.realpath(folder)) for folder in (own, Path.cwd(), *others))


def _is_allowed(document: Path, allowed: Folders) -> bool:
    """Whether a file lies in one of the folders and no part of its path there is hidden: .git has credentials."""
    real = Path(os.path.realpath(document))
    inside = (real.relative_to(folder) for folder in allowed if real.is_relative_to(folder))
    return any(not any(part.startswith(".") for part in path.parts) for path in inside)


def check(cases: Iterable[Case], about: Sequence[Path], allowed: Folders) -> None:
    """Raise CaseError for the first case that names a file that it may not; `about` are those that nobody named."""
    known = set(about)
    for case in cases:
        for document in case.documents:
            if document not in known and not _is_allowed(document, allowed):
                outside = "is hidden, or outside of the set's folder and of the working folder"
                raise CaseError(case.place, f"its document {document} {outside}; allow it with --documents-in FOLDER")
            known.add(document)
