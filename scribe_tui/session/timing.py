"""Timing: every duration the engine waits or allows, in one place, so tests can scale them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Durations in seconds unless a field says otherwise.

    "Official guide" means the vendor's documentation, "reported" what third-party clients saw on
    the live service.
    """

    session_started: float = 10.0
    """Longest wait for `session_started` after the handshake."""
    keepalive_after: float = 5.0
    """Silence is sent this long after the latest message: the service closes a connection after
    15 s without one (official guide)."""
    keepalive_silence: float = 0.02
    """Length of that silence; 20 ms are enough (reported)."""
    commit_padding: float = 0.35
    """Length of the silence sent before a commit of too little sound: the service ends the session
    at a commit of less than 0.3 s (reported)."""
    longest_segment: float = 25.0
    """Under VAD, this program requests a commit when a segment is this long: the service's own
    limit, about 36 s, is documented for manual commits only (official guide)."""
    words_wait: float = 1.0
    """Longest wait for the message with the word times of a committed segment."""
    drain: float = 8.0
    """Longest time from `stop` to the end of a session."""
    last_text: float = 6.0
    """Longest wait for the answer to the last commit; starts again with each new partial."""
    last_text_behind: float = 60.0
    """Longest wait for that answer in all, however many partials come."""
    drain_grace: float = 0.75
    """Time without a message after the last answer before the connection is closed: a segment
    that the service committed by itself may still follow."""
    drain_grace_behind: float = 2.5
    """The same when more than `textless_tail` has no text yet or was sent faster than real
    time: text of sound sent at four times its pace came 4.6 s late (reported)."""
    textless_tail: float = 3.0
    """Length of sound without text that is usual at the end of a connection."""
    audio_buffer: float = 600.0
    """Seconds of sound that the audio buffer holds while it waits for its text."""
    overflow_reported: float = 60.0
    """Sound dropped because the buffer is full is reported each time this much was dropped."""
    settled_after: float = 60.0
    """Age of sound without text after which it is not sent again on a new connection."""
    file_lead: float = 2.0
    """How far a file, or another source that can wait, is read ahead of what was sent."""
    watchdog_every: float = 1.0
    """Time between two checks of the watchdog."""
    no_answer: float = 15.0
    """The watchdog's limit for the time without a message while an answer is expected."""
    no_text: float = 40.0
    """The watchdog's limit for the length of speech without text."""
    watchdog_cap: float = 600.0
    """Both limits double with each reconnect that brings no text, up to this."""
    roll_over_after: float = 3000.0
    """Age at which a connection is replaced. How old a session may become is not published;
    one client says about an hour (reported)."""
    roll_over_pause: float = 10.0
    """Longest wait of a rollover for a pause in the sound."""
    catch_up_speed: float = 4.0
    """Waiting sound is sent this many times faster than real time."""
    catch_up_recovers: float = 60.0
    """Time after which that speed, halved when the service refused the rate, doubles again."""
    catch_up_from: float = 0.5
    """If more sound than this is unsent, it is sent at `catch_up_speed`."""
    after_send_failure: float = 1.0
    """Time for the receiver to read the service's reason after a failure to send."""
    quick_failure: float = 5.0
    """A connection that ends before this age counts as a quick failure (see `RetryPlan`)."""
    connect_spacing: float = 0.2
    """Least time between two handshakes of any sessions; a session's first does not wait."""
    backoff_first: float = 0.5
    """First wait before the next attempt of either half."""
    backoff_slow_first: float = 4.0
    """First wait when the other side is overloaded."""
    backoff_cap: float = 30.0
    """Longest wait of the speech half."""
    source_backoff_cap: float = 10.0
    """Longest wait of the source half; short, so that a station is soon read when it is back."""
    unheard_source_backoff_cap: float = 300.0
    """The same for a source that has given no sound in this run."""
    source_healthy: float = 8.0
    """After this much sound an opened source counts as good, and its backoff starts anew."""


PAUSE_BELOW_PEAK_DB = 25.0
"""A chunk this much below the recent peak level is a pause between words."""
PEAK_DECAY_DB = 0.1
"""How much the recent peak level falls with each chunk, in dB."""
SOUND_DBFS = -60.0
"""Level from which on a chunk counts as sound; below it is silence."""
