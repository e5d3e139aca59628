"""The forms a report can have: their names, by the suffix of a file. The command line needs no more to be shown."""

SUFFIXES = {
    ".txt": "text",
    ".json": "json",
    ".jsonl": "jsonl",
    ".md": "markdown",
    ".xml": "junit",
    ".html": "html",
    ".run": "run",
    ".qrels": "qrels",
}
NAMES = tuple(SUFFIXES.values())
