"""The index of a collection: passages, BM25, sentence vectors, and the order of hits."""
