"""Fits the n-grams that tell languages apart: `python evals/languages.py` writes chatbot/language/ngrams.txt.

The data are the word counts that pyspellchecker ships, the most frequent words of each language. An n-gram's weight in
a language is the logarithm of its probability there; kept are those that tell most about the language.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import click
import numpy as np
import spellchecker

import chatbot
from chatbot.language.identification import LANGUAGES, LEVEL, ngrams

CODES = ("en", "de", "fr", "es", "it", "pt", "nl")  # in the order of LANGUAGES
WORDS = 50_000  # of each language
KEPT = 3_600  # n-grams; 45 kB
LEVELS = 26
UNSEEN = 1e-6  # added to each probability
TARGET = Path(chatbot.__file__).parent / "language" / "ngrams.txt"


def probabilities(code: str) -> dict[str, float]:
    """The probability of each n-gram in the frequent words of a language."""
    path = Path(spellchecker.__file__).parent / "resources" / f"{code}.json.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        counts = {word: number for word, number in json.load(file).items() if word.isalpha()}
    found: Counter[str] = Counter()
    for word, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:WORDS]:
        for ngram in ngrams(word):
            found[ngram] += number
    total = found.total()
    return {ngram: number / total for ngram, number in found.items()}


@click.command(help=__doc__)
def main() -> None:
    """Fit and write the weights."""
    languages = [probabilities(code) for code in CODES]
    every = sorted(set().union(*languages))
    matrix = np.array([[language.get(ngram, 0.0) for language in languages] for ngram in every])
    shares = (matrix + 1e-12) / (matrix + 1e-12).sum(axis=1, keepdims=True)
    # frequency times the information in bits that the n-gram gives about the language
    value = matrix.mean(axis=1) * (np.log2(len(LANGUAGES)) + (shares * np.log2(shares)).sum(axis=1))
    chosen = sorted(np.argsort(-value.round(15), kind="stable")[:KEPT])
    weights = np.log(matrix[chosen] + UNSEEN)
    levels = np.minimum(LEVELS - 1, ((weights - weights.min(axis=1, keepdims=True)) / LEVEL).round()).astype(int)
    lines = ["".join(chr(ord("A") + level) for level in row) + every[i] for row, i in zip(levels, chosen, strict=True)]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo(f"{len(lines)} n-grams, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
