"""What the program understood of an article, what can be found in it, and look-ups without a question."""
