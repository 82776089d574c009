"""What a reader looks for and comes back to, without anything of the screen."""
