"""Documents that are replaced while they are served."""

OLD, NEW = "A hive holds 50,000 bees.\n", "A hive holds 60,000 bees.\n"
QUESTION = "How many bees does a hive hold?"


def replaced(path, content):
    """Put another file in the place of one, as editors and deployments do."""
    new = path.with_suffix(".new")
    new.write_bytes(content if isinstance(content, bytes) else content.encode())
    new.replace(path)
