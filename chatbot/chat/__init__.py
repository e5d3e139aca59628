"""The chat: interactive at a terminal, or over piped input."""
