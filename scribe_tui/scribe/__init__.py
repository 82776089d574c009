"""The wire: Scribe v2 Realtime as typed messages, and two ways to reach it."""
