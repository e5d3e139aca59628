"""Fixtures for the tests of the chat."""

import pytest
from support.chatting import lakes_bot


@pytest.fixture
def lakes():
    """A bot for a small article."""
    return lakes_bot()
