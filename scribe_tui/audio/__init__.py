"""Where sound comes from: each source gives mono PCM in chunks at the pace of real time."""
