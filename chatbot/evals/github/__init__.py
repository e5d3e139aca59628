"""What GitHub Actions show of a run: annotations and the step summary."""
