"""Timing: every duration the engine waits or allows, in one place, so tests can scale them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Durations in seconds unless a name says otherwise.

    The service closes a connection after 15 s without a message (official guide);
    20 ms of digital zeros every 5 s is enough to keep it open (reported). A commit of less
    than 0.3 s of audio ends the session (reported), hence `commit_padding`. The service
    commits by itself after about 36 s under manual commits only (official guide), so
    `longest_segment` is ours for unbroken speech under VAD. How old a session may become
    is not published; one client says about an hour (reported), hence `roll_over_after`;
    then the next pause, awaited for `roll_over_pause` at most, changes connections.

    Lost sound is told in pieces of `overflow_told`. `no_answer` bounds the silence of a
    service that owes an answer, `no_text` sound without text; both are looked at every
    `watch_every`. After the last answer the line has to be quiet for `drain_grace`, and for
    `drain_grace_behind` when more than `textless_tail` has no text yet or went out faster
    than real time: text of sound sent at four times its pace came 4.6 s late (reported).
    The answer to the last commit is awaited for `last_text`, anew after each news of what
    the service hears, but no longer than `last_text_behind` in all.
    `dial_spacing` keeps the dials of all panes apart, once each has dialled.
    """

    session_started: float = 10.0
    keepalive_after: float = 5.0
    keepalive_silence: float = 0.02
    commit_padding: float = 0.35
    longest_segment: float = 25.0
    words_wait: float = 1.0
    drain: float = 8.0
    last_text: float = 6.0
    last_text_behind: float = 60.0
    drain_grace: float = 0.75
    drain_grace_behind: float = 2.5
    textless_tail: float = 3.0
    ring: float = 600.0
    overflow_told: float = 60.0
    settled_after: float = 60.0
    patient_lead: float = 2.0
    watch_every: float = 1.0
    no_answer: float = 15.0
    no_text: float = 40.0
    no_text_cap: float = 600.0
    roll_over_after: float = 3000.0
    roll_over_pause: float = 10.0
    catch_up_speed: float = 4.0
    catch_up_recovers: float = 60.0
    catch_up_from: float = 0.5
    after_send_failure: float = 1.0
    quick_failure: float = 5.0
    dial_spacing: float = 0.2
    backoff_first: float = 0.5
    backoff_slow_first: float = 4.0
    backoff_cap: float = 30.0
    source_backoff_cap: float = 10.0
    source_healthy: float = 8.0


PAUSE_BELOW_LOUDEST_DB = 25.0
"""A chunk this much quieter than the loudest of late is a pause between words."""
LOUDEST_FADES_DB = 0.1
"""How much the loudest of late loses with each chunk."""
SOUND_DBFS = -60.0
"""Above this a chunk holds sound, below it is as good as silence."""
