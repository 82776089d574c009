"""What a recording promised and did not give: broken off, spoilt, not heard."""
