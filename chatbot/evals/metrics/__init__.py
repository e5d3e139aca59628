"""Judging turns, and the metrics of a run with their confidence intervals."""
