"""The line that says when a collection comes near to what the embedded engine can hold."""

import pytest

from chatbot.cli import capacity


@pytest.mark.parametrize(
    ("documents", "memory", "said"),
    [
        (7_999, (3.0, 8.0), ""),
        (
            8_000,
            (3.0, 8.0),
            "8,000 documents of at most 10,000, with 3.0 of 8.0 GB of memory; more go into OpenSearch: ",
        ),
        (12, (4.1, 8.0), "12 documents of at most 10,000, with 4.1 of 8.0 GB of memory; more go into OpenSearch: "),
        (12, (0.0, 0.0), ""),
    ],
)
def test_advice(monkeypatch, documents, memory, said):
    """By files or by memory; with the command that moves on."""
    monkeypatch.setattr(capacity, "_used", lambda: memory)
    command = "chatbot index -d docs --engine opensearch://HOST:9200/NAME"
    assert capacity.advice(["docs"], documents) == (said and f"{said}{command}")


def test_memory_is_measured():
    """A process uses some of the machine's memory."""
    used, total = capacity._used()
    assert 0 <= used <= total
