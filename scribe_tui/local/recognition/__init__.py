"""Recognition of speech on this machine: one process for all streams.

The endpoint uses `service`, which starts the process (`worker`). In the process, a `segmenter`
cuts each stream by the results of a voice detector, a `schedule` decides which passage is
recognised next, and `moonshine` recognises it.
"""
