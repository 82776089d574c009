"""Chaos: the real engine for minutes, with something failing somewhere all the time.

`python -m tests.proofs.chaos --panes 16 --minutes 10 [--seed N]`
"""
