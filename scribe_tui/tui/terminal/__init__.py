"""The terminal itself: driver, writer that never blocks, restore."""
