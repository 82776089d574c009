"""Timing: every duration the engine waits or allows, in one place, so tests can scale them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Durations in seconds unless a field says otherwise.

    "Official guide" and "reported" are the vendor's documentation and third-party clients of
    the live service.
    """

    session_started: float = 10.0
    """Longest wait for `session_started` after the handshake."""
    keepalive_after: float = 5.0
    """A connection that was sent nothing for so long is sent silence: the service closes it
    after 15 s without a message (official guide)."""
    keepalive_silence: float = 0.02
    """Length of that silence; so little is enough (reported)."""
    commit_padding: float = 0.35
    """Silence sent before a commit of too little sound: a commit of less than 0.3 s ends the
    session (reported)."""
    longest_segment: float = 25.0
    """Under VAD, a segment open for so long without a pause is committed by us: the service's
    own ceiling, about 36 s, is documented for manual commits only (official guide)."""
    words_wait: float = 1.0
    """Longest wait for the message with the words of a committed segment."""
    drain: float = 8.0
    """Longest time from `stop` to the end of a session."""
    last_text: float = 6.0
    """Longest wait for the answer to the last commit, anew after each news of what the service
    hears."""
    last_text_behind: float = 60.0
    """Longest wait for that answer in all, whatever news comes."""
    drain_grace: float = 0.75
    """After the last answer the line has to be quiet for so long: a segment that the service
    closed by itself may still follow."""
    drain_grace_behind: float = 2.5
    """The same when more than `textless_tail` has no text yet or went out faster than real
    time: text of sound sent at four times its pace came 4.6 s late (reported)."""
    textless_tail: float = 3.0
    """Sound without text at the end of a connection that is nothing out of the ordinary."""
    ring: float = 600.0
    """Seconds of sound that the audio buffer holds while it waits for its text."""
    overflow_told: float = 60.0
    """Sound lost because the buffer is full is reported in gaps of this length."""
    settled_after: float = 60.0
    """Sound this old in which the service found no text is not sent again."""
    patient_lead: float = 2.0
    """A source that can wait, a file, is read this far ahead of what was sent."""
    watch_every: float = 1.0
    """The watchdog looks this often."""
    no_answer: float = 15.0
    """The watchdog's bound for the silence of a service from which an answer is expected."""
    no_text: float = 40.0
    """The watchdog's bound for sound without text."""
    no_text_cap: float = 600.0
    """Both bounds double with each alarm that brings no text, up to this."""
    roll_over_after: float = 3000.0
    """Age at which a connection is replaced. How old a session may become is not published;
    one client says about an hour (reported)."""
    roll_over_pause: float = 10.0
    """Longest wait of a rollover for a pause in the sound."""
    catch_up_speed: float = 4.0
    """Waiting sound is sent this many times faster than real time."""
    catch_up_recovers: float = 60.0
    """That speed, halved when the service was overrun, doubles again after this long."""
    catch_up_from: float = 0.5
    """More unsent sound than this is caught up with."""
    after_send_failure: float = 1.0
    """After a failure to send, the receiver gets so long to read why."""
    quick_failure: float = 5.0
    """A connection that ends at this age or before has failed right after its handshake."""
    dial_spacing: float = 0.2
    """Between the handshakes of all sessions, once each session has had its first."""
    backoff_first: float = 0.5
    """First wait before the next attempt of either half."""
    backoff_slow_first: float = 4.0
    """First wait when the other side is overloaded."""
    backoff_cap: float = 30.0
    """Longest wait of the speech half."""
    source_backoff_cap: float = 10.0
    """Longest wait of the source half: a station that came back should be heard."""
    unheard_source_backoff_cap: float = 300.0
    """The same for a source that was never heard in this run."""
    source_healthy: float = 8.0
    """Sound after which an opening of a source counts as good."""


PAUSE_BELOW_LOUDEST_DB = 25.0
"""A chunk this much quieter than the loudest of late is a pause between words."""
LOUDEST_FADES_DB = 0.1
"""How much the loudest of late loses with each chunk."""
SOUND_DBFS = -60.0
"""Above this level a chunk holds sound, below it is as good as silence."""
