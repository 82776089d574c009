"""What keys do, for the screen and for plain lines alike; nothing here draws."""
