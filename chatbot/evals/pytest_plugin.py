"""A pytest plugin: `pytest --chatbot-evals FILE` runs each case of a question set as a test.

A test fails if one of the turns of its case is wrong. pytest loads this module wherever chatbot is installed, so the
rest of chatbot is imported only if there is a question set.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatbot.evals.cases.cases import Case, CaseTurn
    from chatbot.evals.metrics.judge import Outcome

MARK = "chatbot_eval"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; their values are strings, because pytest-xdist sends them to its workers."""
    group = parser.getgroup("chatbot", "question sets about an article")
    group.addoption(
        "--chatbot-evals",
        action="append",
        default=[],
        metavar="FILE",
        help="Run the cases of this question set, and no other tests unless paths are given. Repeatable.",
    )
    group.addoption(
        "--chatbot-document",
        action="append",
        default=[],
        metavar="PATH",
        help="The article of cases that name none (default: the bundled one). Repeatable.",
    )
    group.addoption(
        "--chatbot-documents-in",
        action="append",
        default=[],
        metavar="FOLDER",
        help="Let cases name files in this folder too, not only in those of the set and of the run. Repeatable.",
    )
    parser.addini(
        "chatbot_evals",
        type="args",
        default=[],
        help="Glob patterns of question sets, for the files that pytest collects.",
    )


def _paths(config: pytest.Config, option: str) -> tuple[Path, ...]:
    """The absolute paths in an option, each once."""
    here = config.invocation_params.dir
    return tuple(dict.fromkeys(Path(os.path.abspath(here / value)) for value in config.getoption(option)))


def pytest_configure(config: pytest.Config) -> None:
    """Add the question sets to the paths to collect; if no paths are given, they replace testpaths."""
    config.addinivalue_line("markers", f"{MARK}: a case of a question set")
    sets = _paths(config, "chatbot_evals")
    if not sets:
        return
    explicit = config.args_source is config.ArgsSource.ARGS
    args = config.args if explicit else []
    named = {os.path.abspath(config.invocation_params.dir / arg.partition("::")[0]) for arg in args}
    config.args = [*args, *(str(path) for path in sets if str(path) not in named)]
    config.args_source = config.ArgsSource.ARGS


def _load(config: pytest.Config, path: Path, error_type: type[Exception]) -> tuple[Case, ...]:
    """The cases of a set, whose documents exist until pytest ends. Raises an `error_type` for an invalid set."""
    from chatbot.errors import CaseError
    from chatbot.evals.formats.detect import unchecked
    from chatbot.terminal.text import sanitised

    if path.is_dir():  # pytest would look for other tests in it
        raise error_type(f"{path}: is a folder; chatbot eval convert {path} cases.jsonl makes a file of it")
    open_set = ExitStack()
    config.add_cleanup(open_set.close)
    try:
        documents, within = _paths(config, "chatbot_document"), _paths(config, "chatbot_documents_in")
        return open_set.enter_context(unchecked(path, documents, within)).cases
    except CaseError as error:
        raise error_type(sanitised(str(error))) from error


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Refuse an invalid set of the command line before any test runs, with the exit code of `chatbot eval`."""
    for path in _paths(session.config, "chatbot_evals"):
        _load(session.config, path, pytest.UsageError)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> QuestionSet | None:
    """Collect the question sets of the command line and those that match the ini option."""
    config = parent.config
    patterns = config.getini("chatbot_evals")
    if file_path in _paths(config, "chatbot_evals") or any(map(file_path.match, patterns)):
        return QuestionSet.from_parent(parent, path=file_path)
    return None


class QuestionSet(pytest.File):
    """A question set, as a file of tests."""

    def collect(self) -> list[CaseItem]:
        """The cases in the order of the file."""
        return [CaseItem.of(self, case) for case in _load(self.config, self.path, self.CollectError)]


class CaseItem(pytest.Item):
    """A case as a test; `-k` selects it by its id or its tags."""

    case: Case

    @classmethod
    def of(cls, parent: QuestionSet, case: Case) -> CaseItem:
        """Make the test of a case. A tag becomes a keyword and never a marker, which could be `skip`."""
        from chatbot.terminal.text import sanitised

        item: CaseItem = cls.from_parent(parent, name=sanitised(case.id))
        item.case = case
        item.extra_keyword_matches.update(case.tags)
        item.add_marker(MARK)
        return item

    @property
    def line(self) -> int:
        """The line of the case in its file, counted from 1."""
        return int(self.case.place.rpartition(":")[2])

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the file, the line counted from 0, and the name."""
        return self.path, self.line - 1, self.name

    def runtest(self) -> None:
        """Ask every turn. A wrong turn fails without a traceback, which would show only this plugin's code."""
        from chatbot.bot import DEFAULT
        from chatbot.errors import CaseError
        from chatbot.evals.cases.cases import check
        from chatbot.evals.metrics.judge import Reason
        from chatbot.evals.run.runner import open_bot, run
        from chatbot.terminal.text import sanitised

        try:
            check(self.case)
        except CaseError as fault:  # an error in this case does not stop the others
            pytest.fail(sanitised(str(fault)), pytrace=False)
        wrong = [
            outcome for outcome in run(partial(open_bot, DEFAULT), [self.case]) if outcome.reason is not Reason.NONE
        ]
        if wrong:
            lines = [*chain.from_iterable(map(_describe, wrong)), f"{self.location[0]}:{self.line}"]
            pytest.fail("\n".join(map(sanitised, lines)), pytrace=False)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Represent a failure at the line of the case, not of this module."""
        shown = super().repr_failure(excinfo, style)
        crash = getattr(shown, "reprcrash", None)
        if crash and isinstance(excinfo.value, pytest.fail.Exception):
            crash.path, crash.lineno = str(self.path), self.line
        return shown


def _expected(turn: CaseTurn) -> Iterator[tuple[str, Any]]:
    """The labels and texts of what a right answer needs: one string of every group of gold, and more."""
    for group in turn.gold:
        yield from zip(("gold", *["or"] * len(group)), group, strict=False)
    for span in turn.accept_spans:
        yield "gold", f"characters {span.start} to {span.end}"
    for needed in turn.must_contain:
        yield "needs", needed
    if turn.references:
        yield "refs", ", ".join(map(str, turn.references))
    if not turn.answerable:
        yield "gold", "nothing"


def _describe(outcome: Outcome) -> Iterator[str]:
    """The lines about a wrong turn: why it is wrong, the questions, what was expected, and the quotes."""
    turn, turns = outcome.turn, outcome.case.turns
    which = f"turn {turn.number}: " if len(turns) > 1 else ""
    yield f"{which}{outcome.reason.value}, confidence {outcome.confidence:.2f}"
    parts = [
        *(("after", question) for question in turn.history),
        ("asked", turn.question),
        *_expected(turn),
        *(("got", text) for text in outcome.quotes or (outcome.error or "nothing",)),
    ]
    yield from (f"  {name:<6} {text}" for name, text in parts)
