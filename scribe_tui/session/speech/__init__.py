"""The speech half of a session: connections one after the other, and what each is sent and says."""
