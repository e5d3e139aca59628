"""Why a reply is as it is, in numbers: what `--explain --json` adds to a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chatbot.reply import Reply


def numbers(reply: Reply, threshold: float) -> dict[str, Any]:
    """The threshold beside which the confidence stands, and the likeliest sentence that is not quoted.

    `parts` has the same for each question of a message that asks several.
    """
    return {
        "threshold": round(threshold, 4),
        "runner_up": reply.runner_up.to_dict() if reply.runner_up else None,
        "parts": [numbers(part, threshold) for part in reply.parts],
    }


def explained(reply: Reply, threshold: float) -> dict[str, Any]:
    """A reply as a JSON object, with `explanation`."""
    return {**reply.to_dict(), "explanation": numbers(reply, threshold)}
