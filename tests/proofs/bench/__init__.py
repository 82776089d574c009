"""What the program costs, beside what users have today. Linux; `python -m tests.proofs.bench -h`.

The load (radio stations, speech endpoint) runs in processes of its own and is not counted.
What is measured runs as a user runs it, in a terminal of 200x50 that belongs to the bench;
the yardstick is the vendor's quick-start script, once for each pane of a tmux.
"""
