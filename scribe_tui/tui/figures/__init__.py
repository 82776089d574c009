"""The state of sessions as data: words for states, totals, rates, the last hour. Pure."""
