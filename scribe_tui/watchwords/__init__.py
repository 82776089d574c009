"""Watch words: finding the user's words in spoken text, also where they were misheard."""
