"""`python -m scribe_tui` is the same program as `scribe-tui`."""

from scribe_tui.cli import main

if __name__ == "__main__":
    main()
