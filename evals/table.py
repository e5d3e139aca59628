"""Quality on several question sets, one row per set: `python evals/table.py $SETS`.

The folder has `evals`, with a folder for each set, and `train`, of whose excerpts only those are asked that nothing was
fitted on. `forced` and `first` are measured without the threshold: the share of answerable turns with a right answer,
and with a right likeliest quote. `bm25` is plain retrieval. Times depend on what else the machine does; opening a
document is not in them. Below the rows stands what the variants of a set lose or gain. --set takes the name at the
beginning of a row, like train or squad2+list; without it the accuracy of intents is printed at the end.
"""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
import fit_intents
from excerpt_cases import is_on_list
from measuring import COLUMNS, figures, measured
from question_sets import EXCERPTS, Library

from chatbot.semantic.extra import available
from chatbot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from measuring import Result
    from question_sets import QuestionSet

    from chatbot.evals.cases.cases import Case

MODES = {"plain": Settings(semantic=False), "semantic": Settings(semantic=True)}
KIND_COLUMNS = ("turns", "first", "right", "abstained", "shown", "citations")
DIFFERENCES = ("forced", "right", "abstained")
NAME_WIDTH = 22


def _is_hard(case: Case) -> bool:
    return case.tags[0] in ("other-words", "unanswerable")


# rows of their own for a part of the excerpts' questions
PARTS: dict[str, Callable[[Case], bool]] = {"train other words": _is_hard, "train reference lists": is_on_list}


def _width(column: str) -> int:
    return max(7, len(column) + 1)


def _cell(column: str, value: float | None) -> str:
    digits = 1 if column.endswith("ms") else 3
    text = "-" if value is None else str(value) if isinstance(value, int) else f"{value:.{digits}f}"
    return f"{text:>{_width(column)}}"


def header(columns: Sequence[str]) -> str:
    """The line with the names of the columns."""
    return " " * NAME_WIDTH + "".join(f"{column:>{_width(column)}}" for column in columns)


def row(name: str, results: Sequence[Result], columns: Sequence[str] = COLUMNS) -> str:
    """A line with the figures of some turns."""
    values = figures(results)
    return f"{name:<{NAME_WIDTH}}" + "".join(_cell(column, values[column]) for column in columns)


def rows(asked: QuestionSet, results: Sequence[Result]) -> Iterator[str]:
    """The row of a set, and those of its parts."""
    note = f"  ({asked.left_out} invalid cases left out)" if asked.left_out else ""
    yield row(asked.name, results) + note
    for part, belongs in PARTS.items() if asked.name == EXCERPTS else ():
        yield row(part, [result for result in results if belongs(result.program.case)])


def kinds(results: Sequence[Result]) -> Iterator[str]:
    """A row for each kind of question."""
    by_kind = defaultdict(list)
    for result in results:
        by_kind[result.program.case.tags[0]].append(result)
    yield header(KIND_COLUMNS)
    for kind, some in sorted(by_kind.items()):
        yield row(kind, some, KIND_COLUMNS)


def _difference(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before


def differences(results: Mapping[str, Sequence[Result]], bases: Mapping[str, str]) -> Iterator[str]:
    """For each variant of a set, its figures less those of the same turns of the set."""
    yield header(("turns", *DIFFERENCES))
    for name, base in bases.items():
        if name in results:
            turns = {result.program.query for result in results[name]}
            before = figures([result for result in results[base] if result.program.query in turns])
            now = figures(results[name])
            changes = [_cell(column, _difference(now[column], before[column])) for column in DIFFERENCES]
            yield f"{f'{name} - {base}':<{NAME_WIDTH}}{_cell('turns', now['turns'])}{''.join(changes)}"


def _with_bases(library: Library, names: Sequence[str]) -> list[str]:
    """The names of some sets, and before each variant that of its set."""
    return list(dict.fromkeys(name for some in names for name in (library.bases.get(some, some), some)))


def _installed() -> list[str]:
    return list(MODES) if available() else ["plain"]


def print_mode(mode: str, sets: Sequence[QuestionSet], bases: Mapping[str, str], by_kind: bool, jobs: int) -> None:
    """Print the rows of one mode as they are done, then what the variants lose."""
    results: dict[str, list[Result]] = {}
    click.echo(f"{mode}\n{header(COLUMNS)}")
    with ProcessPoolExecutor(jobs, get_context("spawn")) if jobs > 1 else nullcontext() as pool:
        for asked in sets:
            results[asked.name] = measured(MODES[mode], asked.cases, pool)
            for line in rows(asked, results[asked.name]):
                click.echo(line)
    if by_kind and EXCERPTS in results:
        click.echo("\n".join(["", *kinds(results[EXCERPTS])]))
    if any(name in results for name in bases):
        click.echo("\n".join(["", *differences(results, bases)]))
    click.echo()


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--mode", "modes", multiple=True, type=click.Choice(list(MODES)), help="Default: every installed one.")
@click.option("--set", "names", multiple=True, help="Only this set (repeatable); a variant is asked with its set.")
@click.option("--kinds", "by_kind", is_flag=True, help="Also the excerpts' questions by kind.")
@click.option("--limit", type=click.IntRange(min=1), help="Maximum number of cases per set, spread evenly.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Number of worker processes.")
def main(  # noqa: PLR0913, PLR0917 - the options
    folder: Path, modes: tuple[str, ...], names: tuple[str, ...], by_kind: bool, limit: int | None, jobs: int
) -> None:
    """Print the tables."""
    if "semantic" in modes and not available():
        raise click.UsageError("--mode semantic needs the extra: pip install 'verbatim-chatbot[semantic]'")
    with TemporaryDirectory() as work:
        library = Library(folder, Path(work), limit)
        sets = [library[name] for name in _with_bases(library, library.chosen(names))]
        for mode in modes or _installed():
            print_mode(mode, sets, library.bases, by_kind, jobs)
        if not names and library.messages.exists():
            click.echo("\n".join(["intents", *fit_intents.figures(folder)]))


if __name__ == "__main__":
    main()
