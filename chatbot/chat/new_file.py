"""Files that a chat writes: always new ones, never over another."""

from __future__ import annotations

from pathlib import Path

from chatbot.errors import ChatbotError


def write_new(path: str, content: str) -> Path:
    """Write a new file, and return where it is. Raises ChatbotError if it exists already or cannot be written."""
    try:
        target = Path(path).expanduser()
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except FileExistsError as error:
        raise ChatbotError(f"{path} already exists and was not changed; choose another name") from error
    except (OSError, ValueError, RuntimeError) as error:  # ValueError: a NUL in the path; RuntimeError: no such home
        reason = getattr(error, "strerror", None) or str(error)
        raise ChatbotError(f"{path} cannot be written ({reason}); choose another place") from error
    return target
