"""What a message asks: the query, its context in the conversation, and the questions of one message."""
