"""Makes from docs/openapi.yaml what the clients know of the API."""
