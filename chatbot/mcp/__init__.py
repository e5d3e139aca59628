"""The documents as tools for programs that use models, over the Model Context Protocol (the extra `mcp`)."""
