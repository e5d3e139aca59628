"""Evaluation: question sets in, metrics, verdict and reports out."""
