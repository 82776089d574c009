"""The wire: Scribe v2 Realtime as typed messages, and two transports to reach it."""
