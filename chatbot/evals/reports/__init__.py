"""A finished run in each report format."""
