"""Small tools that every package may use: files, JSON, and wording. They know nothing of articles or questions."""
