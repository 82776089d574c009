"""Sound at an http address: stations, recordings, playlists, HLS."""
