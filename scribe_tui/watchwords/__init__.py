"""Watch words: finding what a user listens for in spoken text, also where it was misheard."""
