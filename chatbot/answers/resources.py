"""What a bot uses of the machine that it runs on: the user's cache, and the sentence encoder, if it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatbot.common.cache import Cache
    from chatbot.index.vectors import Encoder
    from chatbot.settings import Settings


def cache_of(settings: Settings) -> Cache | None:
    """The user's cache, ready for use, if it is wanted and there is one."""
    from chatbot.common.cache import user_cache
    from chatbot.language import word_frequencies
    from chatbot.questions import expansion

    cache = user_cache() if settings.cache else None
    if cache:
        word_frequencies.keep_in(cache)
        expansion.keep_in(cache)
    return cache


def encoder_of(settings: Settings) -> Encoder | None:
    """The sentence encoder, if it is wanted or, when nothing was chosen, installed."""
    from chatbot.semantic.extra import available

    if settings.semantic is False or (settings.semantic is None and not available()):
        return None
    from chatbot.semantic.encoder import CachedEncoder, encoder

    encoder()  # a missing extra is an error now, not at the first question
    return CachedEncoder(cache_of(settings))
