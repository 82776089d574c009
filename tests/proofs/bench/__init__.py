"""What the program costs, compared with what users have today.

Linux; `python -m tests.proofs.bench -h`. The load (radio stations, speech endpoint) runs in
separate processes and is not counted. What is measured runs as a user runs it, in a terminal of
200x50 that belongs to the bench. The yardstick is the vendor's quick-start script, one for each
pane of a tmux.
"""
