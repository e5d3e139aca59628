"""`pytest --chatbot-evals FILE`: each case of a question set is a test, which fails when one of its turns is wrong.

pytest loads this module wherever chatbot is installed: what a question set needs is imported when there is one.
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
    """The options; they hold strings, because pytest-xdist sends them to its workers."""
    group = parser.getgroup("chatbot", "questions put to an article")
    group.addoption(
        "--chatbot-evals",
        action="append",
        default=[],
        metavar="FILE",
        help="Test the cases of this question set, and nothing else unless paths are given. Repeatable.",
    )
    group.addoption(
        "--chatbot-document",
        action="append",
        default=[],
        metavar="PATH",
        help="The article of the cases that name none (default: the one that comes along). Repeatable.",
    )
    parser.addini(
        "chatbot_evals",
        type="args",
        default=[],
        help="Glob patterns of the question sets among the files of testpaths or of the command line.",
    )


def _paths(config: pytest.Config, option: str) -> tuple[Path, ...]:
    """The files that an option names, each once, as pytest spells paths."""
    here = config.invocation_params.dir
    return tuple(dict.fromkeys(Path(os.path.abspath(here / given)) for given in config.getoption(option)))


def pytest_configure(config: pytest.Config) -> None:
    """Name the question sets among the paths that are collected; without others they are the only ones."""
    config.addinivalue_line("markers", f"{MARK}: a case of a question set")
    sets = _paths(config, "chatbot_evals")
    if not sets:
        return
    explicit = config.args_source is config.ArgsSource.ARGS
    args = config.args if explicit else []
    named = {os.path.abspath(config.invocation_params.dir / arg.partition("::")[0]) for arg in args}
    config.args = [*args, *(str(path) for path in sets if str(path) not in named)]
    config.args_source = config.ArgsSource.ARGS


def _load(config: pytest.Config, path: Path, refusal: type[Exception]) -> tuple[Case, ...]:
    """The cases of a set, whose documents are there until pytest ends; an unreadable one is a refusal of one line."""
    from chatbot.errors import CaseError
    from chatbot.evals.formats.detect import unchecked
    from chatbot.terminal.text import sanitised

    if path.is_dir():  # pytest would look for other tests in it
        raise refusal(f"{path}: is a folder; chatbot eval convert {path} cases.jsonl makes a file of it")
    open_set = ExitStack()
    config.add_cleanup(open_set.close)
    try:
        return open_set.enter_context(unchecked(path, _paths(config, "chatbot_document"))).cases
    except CaseError as error:
        raise refusal(sanitised(str(error))) from error


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Refuse an invalid set of the command line before anything runs, with the exit code that `chatbot eval` has."""
    for path in _paths(session.config, "chatbot_evals"):
        _load(session.config, path, pytest.UsageError)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> QuestionSet | None:
    """A file that the command line names, or that the ini option describes."""
    config = parent.config
    patterns = config.getini("chatbot_evals")
    if file_path in _paths(config, "chatbot_evals") or any(map(file_path.match, patterns)):
        return QuestionSet.from_parent(parent, path=file_path)
    return None


class QuestionSet(pytest.File):
    """A file of cases."""

    def collect(self) -> list[CaseItem]:
        """The cases, in the order of the file."""
        return [CaseItem.of(self, case) for case in _load(self.config, self.path, self.CollectError)]


class CaseItem(pytest.Item):
    """A case; `-k` knows it by its id and its tags."""

    case: Case

    @classmethod
    def of(cls, parent: QuestionSet, case: Case) -> CaseItem:
        """The test of a case. Ids and tags are data: a tag is a keyword, never a marker like `skip`."""
        from chatbot.terminal.text import sanitised

        item: CaseItem = cls.from_parent(parent, name=sanitised(case.id))
        item.case = case
        item.extra_keyword_matches.update(case.tags)
        item.add_marker(MARK)
        return item

    @property
    def line(self) -> int:
        """Where the case stands in its file, counted from 1."""
        return int(self.case.place.rpartition(":")[2])

    def reportinfo(self) -> tuple[Path, int, str]:
        """File, line counted from 0, and name."""
        return self.path, self.line - 1, self.name

    def runtest(self) -> None:
        """Ask every turn; what is wrong is told without a traceback, because it is not the code that failed."""
        from chatbot.bot import DEFAULT
        from chatbot.errors import CaseError
        from chatbot.evals.cases.cases import check
        from chatbot.evals.metrics.judge import Reason
        from chatbot.evals.run.runner import open_bot, run
        from chatbot.terminal.text import sanitised

        try:
            check(self.case)
        except CaseError as fault:  # the fault of this case alone
            pytest.fail(sanitised(str(fault)), pytrace=False)
        wrong = [
            outcome for outcome in run(partial(open_bot, DEFAULT), [self.case]) if outcome.reason is not Reason.NONE
        ]
        if wrong:
            told = [*chain.from_iterable(map(_told, wrong)), f"{self.location[0]}:{self.line}"]
            pytest.fail("\n".join(map(sanitised, told)), pytrace=False)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is shown of a failure; it is one of the case's line, not of this module's."""
        shown = super().repr_failure(excinfo, style)
        crash = getattr(shown, "reprcrash", None)
        if crash and isinstance(excinfo.value, pytest.fail.Exception):
            crash.path, crash.lineno = str(self.path), self.line
        return shown


def _wanted(turn: CaseTurn) -> Iterator[tuple[str, Any]]:
    """What a right answer quotes: every group, any one string of a group."""
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


def _told(outcome: Outcome) -> Iterator[str]:
    """The lines about a wrong turn: why, what was asked after what, what was wanted, what came."""
    turn, turns = outcome.turn, outcome.case.turns
    which = f"turn {turn.number}: " if len(turns) > 1 else ""
    yield f"{which}{outcome.reason.value}, confidence {outcome.confidence:.2f}"
    parts = [
        *(("after", question) for question in turn.history),
        ("asked", turn.question),
        *_wanted(turn),
        *(("got", text) for text in outcome.quotes or (outcome.error or "nothing",)),
    ]
    yield from (f"  {name:<6} {text}" for name, text in parts)
