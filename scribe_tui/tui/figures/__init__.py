"""How sessions stand: states in words, totals, rates, the last hour. Pure data."""
