"""The offline endpoint, its recogniser, and radio stations on loopback."""
