"""What `scribe-tui demo` plays and watches: bundled clips, stations on loopback."""
