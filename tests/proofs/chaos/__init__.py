"""Chaos: the real engine for some minutes, with something failing all the time.

`python -m tests.proofs.chaos --panes 16 --minutes 10 [--seed N]`
"""
