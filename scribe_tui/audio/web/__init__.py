"""Sound from http(s) addresses: stations, recordings, playlists, HLS."""
