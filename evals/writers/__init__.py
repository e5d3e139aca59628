"""Writes articles in other formats, for `evals/formats.py`."""
