"""The clients of the API, their examples and the snippets of the documentation."""
