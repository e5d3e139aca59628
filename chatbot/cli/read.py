"""The `read` command."""

from __future__ import annotations

from pathlib import Path

import click

from chatbot.answers.resources import cache_of
from chatbot.cli.options import Options, common
from chatbot.cli.output import read_document, write_json, write_lines


@click.command()
@common
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def read(options: Options, path: Path) -> None:
    """Write an article as Markdown, as it is understood.

    Answers are cut out of this text. With --json, where its parts stand in the file is written too.
    """
    document = read_document(path, cache_of(options.settings))
    if options.as_json:
        places = [{"start": start.offset, **start.place._asdict()} for start in document.places]
        write_json({"document": document.name, "sha256": document.sha256, "text": document.text, "places": places})
    else:
        write_lines(document.text.removesuffix("\n"))
