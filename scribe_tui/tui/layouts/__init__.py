"""Where the panes go: one module a layout, all of them pure functions over whole cells."""
