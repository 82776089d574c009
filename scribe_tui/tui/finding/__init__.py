"""What a reader searches for and returns to, independent of the screen."""
