"""Automatic steering of the engine, through its controls only: schedules and budgets."""
