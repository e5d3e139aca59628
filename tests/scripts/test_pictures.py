"""The pictures of the README (`evals/pictures.py`)."""

import os
import re
import struct
from pathlib import Path

import pytest

from chatbot.semantic.extra import available

pytest.importorskip("rich")
pytest.importorskip("playwright")
PICTURES = Path(__file__).parents[2] / ".github" / "pictures"


@pytest.mark.skipif(not available(), reason="the picture shows the extra `semantic`")
def test_chat(script):
    """The picture of the chat shows what the program prints now; `CHATBOT_WRITE_TRANSCRIPTS=1` draws it again."""
    drawn, kept = script("pictures").chat(), PICTURES / "chat.svg"
    if os.environ.get("CHATBOT_WRITE_TRANSCRIPTS"):
        kept.write_text(drawn, encoding="utf-8")
    assert drawn == kept.read_text(encoding="utf-8")


def test_nothing_is_fetched(script):
    """The picture of the chat names no address but that of its language."""
    text = (PICTURES / "chat.svg").read_text(encoding="utf-8")
    assert re.findall(r"[a-z]+://[^\"'\s)]+", text) == ["http://www.w3.org/2000/svg"]
    assert "@font-face" not in script("pictures").SVG


@pytest.mark.slow
def test_page(script):
    """The script takes the page's picture in the size of its window, when the answer is there."""
    pictures = script("pictures")
    browser = pytest.importorskip("support.browser")
    pytest.importorskip("fastapi", reason="needs the extra `server`")
    picture = pictures.page()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == tuple(pictures.SIZE.values())
    with pictures.serving() as address, browser.launched() as chromium:
        tab = chromium.new_page()
        tab.goto(address, wait_until="networkidle")
        pictures.ask(tab, pictures.QUESTION)
        assert "70-80%" in tab.get_by_role("main").inner_text()
