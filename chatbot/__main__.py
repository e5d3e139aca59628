"""The start of `chatbot` and of `python -m chatbot`: Ctrl-C ends it quietly while its modules are loaded, too."""

import sys

_INTERRUPTED = 130


def main() -> None:
    """The console script."""
    try:
        from chatbot.cli.main import main as run  # here, not above: it takes a tenth of a second

        run()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
