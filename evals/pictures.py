"""Makes the pictures of the README from the running program: `python evals/pictures.py`.

`chat.svg` is a chat in a terminal, `page.png` the page in Chromium. Both are written to .github/pictures; look at them
before they are kept.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from playwright.sync_api import ViewportSize, sync_playwright
from rich.console import Console
from rich.text import Text

from chatbot import Chatbot
from chatbot.chat import repl
from chatbot.chat.slash_commands import State
from chatbot.terminal.text import Page, painted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Page as Tab
    from playwright.sync_api import Response

PICTURES = Path(__file__).parent.parent / ".github" / "pictures"
QUESTION = "What percentage of immune cells is in the gut?"
REFUSED = "What is the capital of France?"
WIDTH = 80  # columns of the terminal
SIZE: ViewportSize = {"width": 1200, "height": 880}  # of the browser's window: the shape of the chat
SECONDS = 30
# Rich's own template names a font on another server, and a picture must not fetch anything.
SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; \
font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font: bold 18px sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def session(questions: Sequence[str]) -> str:
    """What a terminal of `WIDTH` columns shows of a chat, with its colours."""
    bot, typed = Chatbot.open(), iter(questions)
    shown = ["$ chatbot\n", painted(repl.banner(bot, Page(WIDTH))), "\n"]

    def read() -> str:
        question = next(typed, None)
        if question is None:
            raise EOFError
        shown.append(f"> {question}\n")
        return question

    repl.run(State(bot), read, lambda block: shown.append(painted(block)), lambda: WIDTH)
    return "".join(shown).rstrip("\n")


def chat() -> str:
    """The chat as SVG; the same program gives the same bytes."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="standard")
    console.print(Text.from_ansi(session([QUESTION, REFUSED])))
    return console.export_svg(title="chatbot", code_format=SVG, unique_id="chat")


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server on a free port, which it says on standard error."""
    command = [sys.executable, "-m", "chatbot", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own program
        try:
            assert server.stderr is not None  # noqa: S101 - a pipe was asked for
            addresses = (word for line in server.stderr for word in line.split() if word.startswith("http://"))
            yield next(addresses).rstrip("/")
        finally:
            server.terminate()


def _is_answer(response: Response) -> bool:
    return response.request.method == "POST" and urlsplit(response.url).path.startswith("/v1/")


def ask(tab: Tab, question: str) -> None:
    """Type a question into the field that can be seen, and wait until its answer is shown."""
    box = tab.locator("textarea:visible, input[type=text]:visible, input:not([type]):visible").first
    box.fill(question)
    with tab.expect_response(_is_answer):
        box.evaluate("box => box.form.requestSubmit()")  # Enter could choose a question that is offered
    tab.wait_for_load_state("networkidle")
    tab.wait_for_function("!document.querySelector('[aria-busy=true]')")
    tab.wait_for_timeout(1_000)  # scrolling and animations end


def page() -> bytes:
    """The page after a question, as PNG. Raises UsageError if there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise click.UsageError("there is no Chromium: apt-get install chromium")
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
        tab.set_default_timeout(1_000 * SECONDS)
        tab.goto(address, wait_until="networkidle")
        ask(tab, QUESTION)
        picture = tab.screenshot()
        browser.close()
    return picture


@click.command(help=__doc__)
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), default=PICTURES, help="Another folder.")
def main(output: Path) -> None:
    """Write both pictures."""
    output.mkdir(parents=True, exist_ok=True)
    (output / "chat.svg").write_text(chat(), encoding="utf-8")
    (output / "page.png").write_bytes(page())


if __name__ == "__main__":
    main()
