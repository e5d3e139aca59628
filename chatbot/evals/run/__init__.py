"""Running a question set: turns, baselines, the comparison with an earlier run, and thresholds."""
