"""The engine: N sources become one stream of events. It knows no widget."""
