"""The offline endpoint with its recogniser, and the demo's radio stations on loopback."""
