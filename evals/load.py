"""The server under load: its speed compared to a bare endpoint, and its replies while things go wrong.

`python evals/load.py`: on loopback only, one uvicorn worker each, the clients on the same machine. Exit code 1 if any
request failed, any reply mixed two documents, or any reply that was acknowledged as logged is not in the log.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

import httpx
from load_clients import Measured, Talk, chatbot, load, row, serving
from load_faults import bare, conversations, full_disk, killed, swapping

QUESTION = "How big is the gut?"
ROUNDS = 5


def speed(seconds: float, clients: int) -> int:
    """Compare `/v1/ask` to a bare endpoint that returns a constant of the same size; the number of failed requests."""
    ours, constant = Measured(), Measured()

    def both(port: int, measured: Measured) -> None:
        end = time.perf_counter() + seconds / ROUNDS
        talk = Talk(lambda _: [QUESTION], lambda _: time.perf_counter() < end, lambda _: None)
        asyncio.run(load(measured, port, clients, talk))

    with serving(*chatbot()) as server:
        size = len(httpx.post(f"http://127.0.0.1:{server.port}/v1/ask", json={"question": QUESTION}).content)
        with serving("-c", bare(size), "PORT") as other:
            for _ in range(ROUNDS):  # in turns, so that other load affects both
                both(server.port, ours)
                both(other.port, constant)
    heads = ("requests/s", "p50 ms", "p95 ms", "p99 ms")
    print(f"{f'{clients} clients, {size} bytes':32}{''.join(f'{head:>12}' for head in heads)}{'faults':>8}")  # noqa: T201
    pairs = zip(row("/v1/ask", ours), row("bare FastAPI", constant), strict=True)
    print(f"{'ratio':32}{''.join(f'{one / other:12.2f}' for one, other in pairs)}")  # noqa: T201
    return len(ours.faults) + len(constant.faults)


def main() -> None:
    """Run all measurements; the exit code is 1 if anything went wrong that should not."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="duration of the run with a changing document")
    parser.add_argument("--speed-seconds", type=float, default=10.0, help="duration of each speed run")
    parser.add_argument("--clients", type=int, default=8, help="number of clients of the speed runs")
    parser.add_argument("--conversations", type=int, default=1_000, help="number of conversations of 20 turns")
    parser.add_argument("--kills", type=int, default=5, help="how often a server is killed")
    chosen = parser.parse_args()
    failed = speed(chosen.speed_seconds, chosen.clients) + swapping(chosen.seconds)
    failed += conversations(chosen.conversations) + killed(chosen.kills) + full_disk()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
