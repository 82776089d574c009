"""Who steers the engine beside a person, by its controls alone: schedules and budgets."""
