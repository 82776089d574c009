"""Where the panes go: one module per layout, pure functions over whole cells."""
