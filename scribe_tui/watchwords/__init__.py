"""Watch words: finds the user's words in spoken text, even if they were misheard."""
