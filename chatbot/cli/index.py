"""The `index` command."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from chatbot.cli.options import Options, common
from chatbot.cli.output import refuse_stdin, warn
from chatbot.cli.serve import require_extra
from chatbot.common.progress import counted_up
from chatbot.common.wording import counted
from chatbot.errors import UsageError

if TYPE_CHECKING:
    from chatbot.opensearch.reindex import Report

_SHOWN = 100  # files that were not read


def _summary(report: Report) -> str:
    total = f"{counted(report.documents, 'document')}, {counted(report.passages, 'passage')}"
    return f"{report.written:,} written, {report.unchanged:,} unchanged, {report.removed:,} removed; now {total}"


@click.command()
@common
@click.option("--rebuild", is_flag=True, help="Index everything anew beside the old index, then replace that at once.")
@click.option("--shards", type=click.IntRange(1, 1024), default=1, show_default=True, help="Shards of a new index.")
@click.option(
    "--jobs", "-j", type=click.IntRange(1), default=os.cpu_count(), help="Processes that read. Default: one per core."
)
def index(options: Options, *, rebuild: bool, shards: int, jobs: int) -> None:
    """Write articles to a collection in OpenSearch, or bring it up to date.

    `-d` names all that the collection is to have: what is unchanged is left as it is, and what is gone is removed.
    After an error or Ctrl-C the same command goes on where it stopped. Needs the extra `opensearch`.
    """
    require_extra("opensearch", "opensearchpy")
    from chatbot.opensearch import address, reindex

    refuse_stdin(options, "index reads files; name a folder")
    if not options.engine:
        raise UsageError("say where to index to: --engine opensearch://HOST:9200/NAME")
    if not options.documents:
        raise UsageError("say what to index: -d FOLDER")
    wishes = reindex.Wishes(options.documents, rebuild, shards, jobs)
    with counted_up("Indexing ...", sys.stderr) as progress:
        report = reindex.index(address.parse(options.engine), wishes, progress.expect, progress.add)
    for unread in report.unread[:_SHOWN]:
        warn(f"{unread.source}: {unread.reason}")
    if len(report.unread) > _SHOWN:
        warn(f"{len(report.unread) - _SHOWN:,} more files were not read")
    if not options.quiet:
        click.echo(_summary(report))
    click.get_current_context().exit(int(bool(report.unread)))
