"""What clients can make other people's libraries log is bounded."""

import logging

from chatbot.server.log_limit import LogLimit


def test_a_flood():
    """Of each library ten records a minute pass; the next minute says how many did not. Our own all pass."""
    now, passed = [0.0], []
    limit = LogLimit(lambda: now[0])

    def log(name, text, *values):
        record = logging.LogRecord(name, logging.WARNING, "", 0, text, values, None)
        if limit.filter(record):
            passed.append(record.getMessage())

    for number in range(1_010):
        log("asyncio", "error %d", number)
        log("chatbot.server", "ours")
    log("uvicorn.error", "Invalid HTTP request received.")
    assert passed.count("ours") == 1_010
    assert [text for text in passed if text != "ours"] == [
        *(f"error {number}" for number in range(10)),
        "Invalid HTTP request received.",
    ]
    passed.clear()
    now[0] = 61.0
    log("asyncio", "error %d", 2)
    log("uvicorn.error", "Invalid HTTP request received.")
    log("asyncio", "error %d", 3)
    assert passed == [
        "error 2 (1,000 more since the minute before were left out)",
        "Invalid HTTP request received.",
        "error 3",
    ]
