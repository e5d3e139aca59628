"""Feature switches, one per question-understanding step, for callers and for ablations."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, TypedDict

from chatbot.errors import UsageError

if TYPE_CHECKING:
    from typing_extensions import Unpack


class SettingsKeywords(TypedDict, total=False):
    """The fields of `Settings` as keyword arguments."""

    threshold: float | None
    language: bool
    smalltalk: bool
    spelling: bool
    followups: bool
    several: bool
    overview: bool
    sources: bool
    synonyms: bool
    thesaurus: bool
    suggestions: bool
    semantic: bool | None
    cache: bool
    engine: str | None


@dataclass(frozen=True, slots=True)
class Settings:
    """How questions are understood and answered; everything is on by default.

    Args:
        threshold: confidence in [0, 1] from which a question is answered; None for the fitted value.
        language: refuse a question in another language than the article's, and say so.
        smalltalk: answer greetings and thanks with a courtesy.
        spelling: correct typing errors.
        followups: read a question in the light of the earlier ones.
        several: answer each question of a message.
        overview: answer questions about the article as a whole with an overview.
        sources: answer questions about the reference list with its entries.
        synonyms: use the synonym file next to an article.
        thesaurus: match unknown words with similar ones (WordNet).
        suggestions: suggest what to ask after a refusal or an overview.
        semantic: use sentence vectors; None to use them if the extra `semantic` is installed.
        cache: keep what is computed of files in the user's cache folder, and use what is kept there.
        engine: ask the collection at this address, like `opensearch://HOST:9200/NAME`; None to ask files.

    Raises:
        UsageError: a value has a wrong type or is out of range.

    """

    threshold: float | None = None
    language: bool = True
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
    cache: bool = True
    engine: str | None = None

    def __post_init__(self) -> None:
        if self.threshold is not None and not _is_probability(self.threshold):
            raise UsageError(f"threshold must be a number from 0 to 1, not {self.threshold!r}")
        if not (self.engine is None or isinstance(self.engine, str)):
            raise UsageError(f"engine must be an address, not {self.engine!r}")
        for name in (field.name for field in fields(self) if field.name not in ("threshold", "engine")):
            value = getattr(self, name)
            if not isinstance(value, bool) and not (name == "semantic" and value is None):
                raise UsageError(f"{name} must be True or False, not {value!r}")

    def with_changes(self, **changes: Unpack[SettingsKeywords]) -> Settings:
        """These settings with some fields changed. Raises TypeError for a field that does not exist."""
        known = [field.name for field in fields(self)]
        for name in changes:
            if name not in known:
                raise TypeError(f"there is no setting {name!r}; choose from {', '.join(known)}")
        return replace(self, **changes)


def _is_probability(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1
