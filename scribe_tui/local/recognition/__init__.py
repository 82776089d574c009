"""Recognition of speech on this machine: one process for all streams.

`service` starts the process (`worker`) and is what the endpoint talks to. In the process each
stream is cut by a `segmenter` at what a voice detector sees, a `schedule` says which passage is
recognised next, and `moonshine` recognises it.
"""
