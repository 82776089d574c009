"""A place of the sound that fails again and again is given up after a bounded number of tries."""

from scribe_tui.session.speech.progress import (
    TRIES,
    TRIES_OF_LAST_COMMIT,
    TRIES_OF_LINE,
    Blame,
    Progress,
)

SECOND = 16000


def failed(progress: Progress, times: int, blame: Blame, settled: int = 0) -> None:
    for _ in range(times):
        progress.failed(blame, settled=settled, sent=settled + 3 * SECOND)


def test_the_sound_is_given_up_after_some_tries_the_line_after_many() -> None:
    for blame, tries in (
        (Blame.SOUND, TRIES),
        (Blame.ANSWER, TRIES),
        (Blame.LAST_COMMIT, TRIES_OF_LAST_COMMIT),
        (Blame.LINE, TRIES_OF_LINE),
    ):
        progress = Progress()
        failed(progress, tries - 1, blame)
        assert not progress.is_exhausted
        failed(progress, 1, blame)
        assert progress.is_exhausted


def test_getting_further_counts_from_zero() -> None:
    progress = Progress()
    failed(progress, TRIES - 1, Blame.SOUND)
    failed(progress, TRIES - 1, Blame.SOUND, settled=3 * SECOND)
    assert not progress.is_exhausted
    assert progress.tries == TRIES - 1


def test_failures_without_sound_and_the_users_wishes_do_not_count() -> None:
    progress = Progress()
    for _ in range(100):
        progress.failed(Blame.LINE, settled=5, sent=0)
        progress.failed(Blame.NOBODY, settled=5, sent=500)
    assert progress.tries == 0


def test_the_place_is_where_it_failed_earliest_and_is_passed_with_care() -> None:
    progress = Progress()
    for sent in (9, 7, 8):
        progress.failed(Blame.SOUND, settled=2 * SECOND, sent=sent * SECOND)
    assert progress.place == 7 * SECOND
    care = progress.care(2 * SECOND, SECOND)
    assert care is not None
    assert care.commit_at == 6 * SECOND
    assert not care.is_due(5 * SECOND)
    assert care.is_due(6 * SECOND)
    assert not care.is_due(6 * SECOND), "once"


def test_a_service_that_fails_on_everything_is_not_fed_gap_after_gap() -> None:
    """The next place gets twice as many tries when giving up the one before did not help."""
    progress, gaps, settled = Progress(), 0, 0
    for _ in range(60):
        failed(progress, 1, Blame.SOUND, settled)
        if progress.is_exhausted:
            gaps += 1
            settled += 3 * SECOND
            progress.given_up()
    assert gaps == 3
