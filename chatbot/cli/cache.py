"""The `cache` command."""

from __future__ import annotations

import click

from chatbot.cli.options import Options, common
from chatbot.cli.output import write_json, write_lines
from chatbot.errors import ChatbotError


@click.command()
@common
@click.argument("action", required=False, type=click.Choice(["clear"]))
def cache(options: Options, action: str | None) -> None:
    """Show what is kept of documents, and where.

    With "clear" it is removed; it is computed again when it is needed.
    """
    from chatbot.common.cache import user_cache
    from chatbot.common.wording import counted

    found = user_cache()
    if found is None:
        raise ChatbotError("there is no home folder, so nothing is kept; set XDG_CACHE_HOME to a folder")
    if action:
        try:
            removed = found.clear()
        except OSError as error:
            raise ChatbotError(f"{found.folder}: cannot be cleared: {error.strerror}") from error
        shown: dict[str, str | int] = {"removed": removed}
        text = f"{counted(removed, 'file')} removed"
    else:
        entries = found.entries()
        size = sum(entry.size for entry in entries)
        shown = {"path": str(found.folder), "entries": len(entries), "bytes": size, "limit": found.limit}
        text = f"{found.folder}\n{counted(len(entries), 'file')}, {size / 1e6:.1f} MB of at most {found.limit >> 20} MB"
    if options.as_json:
        write_json(shown)
    else:
        write_lines(text)
