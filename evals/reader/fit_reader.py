"""Fit the reader, from the data to the file in the package; run the same command again to go on after a stop.

usage: python fit_reader.py MINILM WORK END

MINILM is the folder with the weights of all-MiniLM-L6-v2, WORK a folder that git ignores, END the time of day (UTC,
HH:MM) at which training ends. Each step is skipped if its result is in WORK; what the steps print is in WORK/log.txt.
The steps are `reader_data.py`, `nearest.py`, two rounds of `train_reader.py` with `mine_reader.py` between them, of
which the first takes a third of the time, `average_readers.py`, and `export_reader.py`.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).parent
READER = HERE.parents[1] / "chatbot/semantic/reader.onnx"
MINED = 4000  # questions


def run(work: Path, script: str, *arguments: object) -> None:
    """Run a script and append what it prints to the log."""
    with (work / "log.txt").open("a", encoding="utf-8") as log:
        log.write(f"\n{datetime.now(timezone.utc):%F %H:%M} {script} {' '.join(map(str, arguments))}\n")
        log.flush()
        command = [sys.executable, "-u", str(HERE / script), *map(str, arguments)]
        subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=True)  # noqa: S603 - our own scripts


def a_third_before(work: Path, end: str) -> str:
    """The time of day at which a third of the time is over; kept, so that a later run does not move it."""
    kept = work / "first_end.txt"
    if not kept.exists():
        now = datetime.now(timezone.utc)
        last = datetime.combine(now, datetime.strptime(end, "%H:%M").time(), timezone.utc)
        last += timedelta(days=last < now)
        kept.write_text(f"{now + (last - now) / 3:%H:%M}", encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def main(minilm: Path, work: Path, end: str) -> None:
    """Run the steps that have no result yet."""
    data, first, mined, second = work / "data", work / "r1.pt", work / "mined.jsonl", work / "r2.pt"
    average = work / "average.pt"
    work.mkdir(parents=True, exist_ok=True)
    if not (data / "documents.jsonl").exists():
        run(work, "reader_data.py", data)
    if not (data / "nearest.json").exists():
        run(work, "nearest.py", minilm, data)
    if not second.exists():
        run(work, "train_reader.py", minilm, data, first, a_third_before(work, end))
        run(work, "mine_reader.py", minilm, data, first, mined, MINED)
    run(work, "train_reader.py", minilm, data, second, end, "--start", first, "--mined", mined, "--seed", 2)
    run(work, "average_readers.py", first, second, average)
    run(work, "export_reader.py", minilm, average, READER, "--check", data)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
