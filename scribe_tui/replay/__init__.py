"""A past run played again: its events in their order and at their pace, and controls over them.

`Recording` opens a run's journals, `Player` plays it on a clock, `ReplayControls` is what the
screen sees. Journals are streamed; what is kept of them is an index of byte offsets.
"""
