"""What was said: the model of a transcript, the session log, exports."""
