"""Sentence vectors and the reader that scores a sentence for a question (the extra `semantic`). No documents."""
