"""What the heads of sound files and streams say: layout, length, times."""
