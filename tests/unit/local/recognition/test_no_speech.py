"""Ten minutes of each sound without speech: no word is made up of any of it."""

import pytest

from scribe_tui.local.demo.make_clips import segments
from scribe_tui.local.recognition.service import RecognitionService
from tests.support.offline import need_recogniser
from tests.support.sounds import NOT_SPEECH

MINUTES = 10
"""`python -m tests.proofs.recognition --only invented` plays an hour of each."""


@pytest.mark.long
@pytest.mark.early(15)
@pytest.mark.parametrize("name", NOT_SPEECH)
async def test_no_word_is_made_up_of_minutes_of_it(name):
    need_recogniser()
    async with RecognitionService() as service:
        assert await segments(NOT_SPEECH[name](60.0) * MINUTES, service) == []
