"""What is asked of a run of evals, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chatbot.bot import DEFAULT
from chatbot.errors import UsageError
from chatbot.evals.run.results import View

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from chatbot.settings import Settings


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a run; everything but `cases` may be left as it is.

    `bounds` are those of the command line, over those of `thresholds`. `skip_invalid`: see `formats.opened`. `ids` and
    `tags` choose cases that have any of them. `alpha`: see `gates.regressions`. `squad` adds SQuAD's figures. `outputs`
    are files whose suffix says what is written into them.
    """

    cases: Path
    documents: tuple[Path, ...] = ()
    settings: Settings = DEFAULT
    thresholds: Path | None = None
    bounds: Mapping[str, float] = field(default_factory=dict)
    skip_invalid: bool = False
    ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    baseline: Path | None = None
    fail_on_regression: bool = False
    alpha: float | None = None
    save: Path | None = None
    squad: bool = False
    jobs: int = 1
    format: str = "text"
    outputs: tuple[Path, ...] = ()
    view: View = field(default_factory=View)
    quiet: bool = False

    @property
    def partial(self) -> bool:
        """Whether only some of the cases are wanted."""
        return bool(self.ids or self.tags)

    def check(self) -> None:
        """Raise UsageError for options that contradict each other."""
        if self.fail_on_regression and not self.baseline:
            raise UsageError("--fail-on-regression needs --baseline FILE to compare with")
        if self.alpha is not None and not self.fail_on_regression:
            raise UsageError("--alpha says which losses --fail-on-regression fails on; give both")
        if self.save and self.partial:
            raise UsageError("--save keeps the whole set; leave --id and --tag out")
