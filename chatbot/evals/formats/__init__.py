"""Question sets in other formats, read as our own cases."""
