"""JSON is written so that it is safe in any terminal."""

import json

from chatbot.common.json_values import as_json


def test_json_escapes_every_control_character():
    """Written JSON is printable ASCII, and reads back as the same value."""
    value = "\x00\x1b\x7f\x9b\u202e\udc80é"
    written = as_json(value)
    assert written.isascii()
    assert written.isprintable()
    assert json.loads(written) == value
