"""The ways alerts leave the program, one module each."""
