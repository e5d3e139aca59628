"""What the tests of pages share. Only tests that need a browser import it, so that the others run without one."""

import pytest

from chatbot import Chatbot


@pytest.fixture(scope="module")
def bot():
    """The bundled article."""
    return Chatbot.open()


@pytest.fixture(scope="module")
def site(bot):
    """A server of the bundled article."""
    from support.pages import running

    with running(bot) as address:
        yield address


@pytest.fixture(scope="module")
def chromium():
    """A browser."""
    from support.browser import launched

    with launched() as browser:
        yield browser


@pytest.fixture
def browsing(chromium):
    """A way to open pages; no error may be left in any of them."""
    from support.pages import Browsing

    browsing = Browsing(chromium)
    yield browsing
    for context in browsing.contexts:
        context.close()
    assert browsing.errors == []
