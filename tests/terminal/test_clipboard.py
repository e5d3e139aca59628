"""The escape sequence that copies a text."""

from base64 import b64decode

from chatbot.terminal import clipboard


def test_sequence():
    """It is OSC 52 for the clipboard, with the text as base64 of its UTF-8."""
    sent = clipboard.sequence("70–80 %\n\udcff")
    assert sent.startswith("\x1b]52;c;")
    assert sent.endswith("\x07")
    assert b64decode(sent[7:-1]).decode() == "70–80 %\n?"


def test_fits():
    """The limit counts bytes."""
    assert clipboard.fits("e" * clipboard.MOST)
    assert not clipboard.fits("é" * (clipboard.MOST // 2 + 1))
