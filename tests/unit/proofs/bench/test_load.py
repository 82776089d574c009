"""The load is what it says: stations at real time, an endpoint that counts and talks."""

from __future__ import annotations

import asyncio
import base64
import json
from itertools import islice

from websockets.asyncio.client import connect

from tests.support.broadcast import TITLE_INTERVAL, Looped, Titles
from tests.support.endpoint import PATH
from tests.support.profiles import speech_side
from tests.support.service_connection import wire_words
from tests.support.timed_speech import PARTIALS_PER_SEGMENT, TOKEN, timed_words, utterances
from tests.support.waiting import PATIENCE

QUERY = "model_id=scribe_v2_realtime&audio_format=pcm_16000&include_timestamps=true"


def test_a_station_loops_without_losing_a_byte() -> None:
    sound = Looped(b"abcde", byte_rate=1)
    pieces = [sound.piece(3, 4), sound.piece(7, 0), sound.piece(7, 9)]
    assert b"".join(pieces) == b"deabcdeabcdea"


def test_titles_lie_between_the_sound_and_change_none_of_it() -> None:
    titles = Titles("News")
    out = titles.between(bytes(TITLE_INTERVAL - 1)) + titles.between(bytes(TITLE_INTERVAL + 5))
    assert out[:TITLE_INTERVAL] == bytes(TITLE_INTERVAL)
    block = out[TITLE_INTERVAL:]
    assert block[0] == 2
    assert block[1:33].rstrip(b"\0") == b"StreamTitle='News';"
    assert len(out) == 2 * TITLE_INTERVAL + 4 + 33 + 1


def test_every_text_ends_in_a_token_of_its_own() -> None:
    said = list(islice(utterances(7), 100))
    assert len({each.token for each in said}) == 100
    assert all(TOKEN.findall(each.text) == [("7", each.token[3:-1])] for each in said)
    assert all(each.text.endswith(" " + each.token) for each in said)


def test_a_segment_grows_and_is_committed_after_its_partials() -> None:
    said = list(islice(utterances(1), 60))
    ends = [index for index, each in enumerate(said) if each.committed]
    assert ends[1] - ends[0] == PARTIALS_PER_SEGMENT + 1
    segment = said[ends[0] + 1 : ends[1]]
    assert [each.words for each in segment] == sorted(each.words for each in segment)
    assert 10 <= segment[-1].words <= 15


def test_timed_words_join_to_the_text() -> None:
    words = wire_words(timed_words("late this morning", 5.0, 8.0))
    assert "".join(str(word["text"]) for word in words) == "late this morning"
    assert (words[0]["start"], words[-1]["type"]) == (5.0, "word")


async def test_the_endpoint_counts_sound_and_answers_with_tokens() -> None:
    with speech_side("load") as endpoint:
        async with connect(f"ws://127.0.0.1:{endpoint.port}{PATH}?{QUERY}") as client:
            started = json.loads(await client.recv())
            assert started["message_type"] == "session_started"
            assert endpoint.ask("busy") == 0
            sound = base64.b64encode(bytes(3200)).decode()
            await client.send(json.dumps(_chunk(sound)))
            async with asyncio.timeout(PATIENCE):
                partial = json.loads(await client.recv())
                await client.send(json.dumps(_chunk(sound) | {"commit": True}))
                kinds = [partial["message_type"]]
                while kinds[-1] != "committed_transcript_with_timestamps":
                    kinds.append(json.loads(await client.recv())["message_type"])
            await client.send(json.dumps({"message_type": "commit"}))
        (heard,) = endpoint.ask("report")
    assert set(kinds[:-2]) <= {"partial_transcript"}
    assert kinds[-2] == "committed_transcript"
    assert partial["text"].endswith(" " + heard["sent"][0][0])
    assert heard["answers"] == [heard["sent"][-1][0]]
    assert [seconds for _, seconds in heard["audio"]] == [0.1, 0.2]
    assert len(heard["violations"]) == 1


async def test_the_endpoint_refuses_what_the_service_would() -> None:
    with speech_side("load") as endpoint:
        async with connect(f"ws://127.0.0.1:{endpoint.port}{PATH}?audio_format=pcm_7999") as client:
            await client.wait_closed()
        (heard,) = endpoint.ask("report")
    assert client.close_code == 1008
    assert heard["violations"]


def _chunk(sound: str) -> dict[str, object]:
    return {
        "message_type": "input_audio_chunk",
        "audio_base_64": sound,
        "commit": False,
        "sample_rate": 16000,
    }
