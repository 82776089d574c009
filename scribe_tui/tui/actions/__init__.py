"""What keys do, for both the screen and plain lines; nothing here draws."""
