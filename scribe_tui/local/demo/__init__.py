"""What `scribe-tui demo` plays: bundled clips, and stations on loopback that send them."""
