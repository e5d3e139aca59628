"""What can be switched: each means of understanding by itself, so that its worth can be measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """All on by default.

    `threshold`: confidence from which a reply is given, in [0, 1]; None: the fitted one. `semantic`: search by meaning
    too; None: if the extra is installed.
    """

    threshold: float | None = None
    smalltalk: bool = True
    spelling: bool = True
    followups: bool = True
    several: bool = True
    overview: bool = True
    sources: bool = True
    synonyms: bool = True
    thesaurus: bool = True
    suggestions: bool = True
    semantic: bool | None = None
