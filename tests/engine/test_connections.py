"""Both transports against the same strict endpoint: what each must do, whatever carries it."""

from __future__ import annotations

import asyncio
import json

import pytest
from websockets.asyncio.server import ServerConnection, serve

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.scribe.codec import decode
from scribe_tui.scribe.connection import CloseInfo, Endpoint
from scribe_tui.scribe.failures import closed_error
from scribe_tui.scribe.messages import (
    Committed,
    CommittedWithTimestamps,
    Malformed,
    Partial,
    ServiceError,
    ServiceWarning,
    SessionStarted,
    Unknown,
)
from scribe_tui.scribe.wire import ErrorKind
from scribe_tui.settings import SpeechSettings
from tests.support.calls import secret_free, send, until_gone
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.numbered import numbered_pcm, words_in
from tests.support.script import Ending, Fault, Script


async def test_words_arrive_with_their_times(call) -> None:
    async with StrictEndpoint() as service:
        talk = await call(service.endpoint())
        await talk.until(SessionStarted)
        await send(talk, 3)
        await talk.connection.commit()
        plain = await talk.until(Committed)
        timed = await talk.until(CommittedWithTimestamps)
        assert plain.text == timed.text == " ".join(words_in(3))
        assert [(w.text, w.start_seconds, w.end_seconds) for w in timed.words][:2] == [
            ("w1", 0.0, 0.5),
            ("w2", 0.5, 1.0),
        ]
        assert talk.of(Partial)
        assert talk.connection.close_info is None
        heard = service.connections[0]
        assert heard.audio == b"".join(numbered_pcm(3))
        assert heard.values == list(range(1, 31))
        assert heard.key == KEY
        assert service.violations == []


@pytest.mark.parametrize("scheme", ["ws", "http"])
async def test_either_scheme_and_a_path_before_the_service(call, scheme: str) -> None:
    async with StrictEndpoint(named={"gate/way": [Script()]}) as service:
        talk = await call(service.endpoint("gate/way", scheme=scheme))
        await talk.until(SessionStarted)
        assert service.connections[0].path == "/gate/way/v1/speech-to-text/realtime"


async def test_every_setting_reaches_the_service(call, transport: str) -> None:
    speech = SpeechSettings(
        audio_format="pcm_24000",
        commit="vad",
        language="en",
        secondary_languages=("de", "fra"),
        keyterms=("Tower Bridge", "a&b=c"),
        vad_silence_threshold_secs=0.8,
        vad_threshold=0.5,
        min_speech_duration_ms=80,
        min_silence_duration_ms=90,
        timestamps=False,
        no_verbatim=True,
        entity_detection=("pii", "pci"),
        entity_redaction=("phi",),
        entity_redaction_mode="redacted",
        filter_background_audio=True,
        enable_logging=False,
        keepalive_interval_ms=700,
    )
    async with StrictEndpoint() as service:
        talk = await call(service.endpoint(), speech)
        await talk.until(SessionStarted)
        query = dict(service.connections[0].query)
        # The SDK writes some out even where they are the default, and lacks another.
        assert query.pop("include_timestamps", ["false"]) == ["false"]
        assert query.pop("include_language_detection", ["false"]) == ["false"]
        interval = query.pop("keepalive_interval_ms", None)
        assert interval == (["700"] if transport == "websocket" else None)
        assert query == {
            "model_id": ["scribe_v2_realtime"],
            "audio_format": ["pcm_24000"],
            "commit_strategy": ["vad"],
            "language_code": ["en"],
            "secondary_languages": ["de", "fra"],
            "keyterms": ["Tower Bridge", "a&b=c"],
            "vad_silence_threshold_secs": ["0.8"],
            "vad_threshold": ["0.5"],
            "min_speech_duration_ms": ["80"],
            "min_silence_duration_ms": ["90"],
            "no_verbatim": ["true"],
            "entity_detection": ["pii", "pci"],
            "entity_redaction": ["phi"],
            "entity_redaction_mode": ["redacted"],
            "filter_background_audio": ["true"],
            "enable_logging": ["false"],
        }


async def test_ulaw_goes_out_at_its_own_rate(call) -> None:
    async with StrictEndpoint() as service:
        talk = await call(service.endpoint(), SpeechSettings(audio_format="ulaw_8000"))
        await talk.until(SessionStarted)
        await talk.connection.send_audio(b"\xff" * 801)
        await talk.connection.send_audio(b"\xff" * 7999)
        await talk.until(Partial)
        assert service.violations == []


async def test_a_large_message_is_a_message_like_any_other(call) -> None:
    """A megabyte of text, which stands in the message with times twice."""
    text = "x" * 2**20
    word = {"text": text, "start": 0.0, "end": 1.0, "type": "word", "logprob": 0.0}
    kind = "committed_transcript_with_timestamps"
    frame = {"message_type": kind, "text": text, "language_code": None, "words": [word]}

    async def answer(remote: ServerConnection) -> None:
        await remote.send(json.dumps({"message_type": "session_started"}))
        await remote.recv()
        await remote.send(json.dumps(frame))
        await remote.wait_closed()

    async with serve(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        talk = await call(Endpoint(f"ws://127.0.0.1:{port}", KEY))
        await talk.until(SessionStarted)
        await talk.connection.commit()
        timed = await talk.until(CommittedWithTimestamps)
        await talk.connection.close()
    assert timed.text == timed.words[0].text == text


async def test_previous_text_goes_with_the_first_chunk(call) -> None:
    async with StrictEndpoint() as service:
        talk = await call(service.endpoint())
        await talk.until(SessionStarted)
        await talk.connection.send_audio(bytes(3200), previous_text="harbour pilots")
        await send(talk, 1)
        await talk.until(Partial)
        assert service.connections[0].previous_text == "harbour pilots"
        assert service.violations == []


async def test_without_a_key_an_open_endpoint_still_answers(call) -> None:
    async with StrictEndpoint(key=None) as service:
        talk = await call(service.endpoint(key=None))
        await talk.until(SessionStarted)
        assert service.connections[0].key != KEY


@pytest.mark.some(10)
@pytest.mark.parametrize("kind", [*ErrorKind, "future_error"])
@pytest.mark.parametrize("closes", [True, False])
async def test_each_error_is_told_once(call, transport: str, kind: str, closes: bool) -> None:
    fault = Fault(at_seconds=0.1, error=kind, text="why", ending="close" if closes else "stay")
    async with StrictEndpoint(Script(fault=fault)) as service:
        talk = await call(service.endpoint())
        await talk.until(SessionStarted)
        await send(talk, 2.0 if not closes else 0.1)
        if closes:
            await talk.to_the_end()
            assert talk.connection.close_info == CloseInfo(1000, "")
        else:
            await talk.until(Partial)
            assert talk.connection.close_info is None
        assert talk.of(ServiceError) == [ServiceError(kind, "why")]


async def test_a_bad_key_opens_says_so_and_closes_with_1000(call) -> None:
    async with StrictEndpoint() as service:
        talk = await call(service.endpoint(key="another"))
        assert await talk.to_the_end() == [ServiceError("auth_error", "Invalid API key")]
        assert talk.connection.close_info == CloseInfo(1000, "")


async def test_a_key_in_the_service_s_own_text_is_hidden(call) -> None:
    texts = Fault(at_seconds=0.1, error="auth_error", text=f"no such key {KEY}", reason=KEY)
    async with StrictEndpoint(Script(fault=texts)) as service:
        talk = await call(service.endpoint())
        await send(talk, 0.1)
        await talk.to_the_end()
        assert talk.of(ServiceError) == [ServiceError("auth_error", "no such key ***")]
        assert talk.connection.close_info == CloseInfo(1000, "***")


async def test_a_refused_setting_closes_with_1008(call) -> None:
    unknown_model = SpeechSettings(model_id="no_such_model")
    async with StrictEndpoint() as service:
        talk = await call(service.endpoint(), unknown_model)
        await talk.to_the_end()
        assert talk.said == [ServiceError("invalid_request", "model_id cannot be no_such_model")]
        assert talk.connection.close_info == CloseInfo(1008, "invalid_request")
        assert closed_error(talk.connection.close_info).retry is Retry.NEVER


@pytest.mark.parametrize("ending", ["drop", "reset"])
async def test_a_broken_line_ends_the_messages_without_a_code(call, ending: Ending) -> None:
    async with StrictEndpoint(Script(fault=Fault(at_seconds=0.5, ending=ending))) as service:
        talk = await call(service.endpoint())
        await talk.until(SessionStarted)
        await send(talk, 0.5)
        await talk.to_the_end()
        assert talk.connection.close_info.code is None
        error = await until_gone(talk)
        assert (error.kind, error.retry) == ("closed", Retry.BACKOFF)
        secret_free(error)


async def test_sending_and_committing_after_the_end_is_an_error(call) -> None:
    fault = Fault(at_seconds=0.1, error="rate_limited")
    async with StrictEndpoint(Script(fault=fault)) as service:
        talk = await call(service.endpoint())
        await send(talk, 0.1)
        await talk.to_the_end()
        for action in (talk.connection.send_audio(bytes(3200)), talk.connection.commit()):
            with pytest.raises(SpeechError) as caught:
                await action
            assert caught.value.kind == "closed"
            secret_free(caught.value)


async def test_too_early_a_commit_ends_the_session(call) -> None:
    async with StrictEndpoint() as service:
        talk = await call(service.endpoint())
        await talk.until(SessionStarted)
        await send(talk, 0.2)
        await talk.connection.commit()
        await talk.to_the_end()
        assert talk.of(ServiceError)[0].kind == "commit_throttled"
        assert closed_error(talk.connection.close_info).retry is Retry.NOW


async def test_an_idle_connection_is_closed_with_1000(call) -> None:
    async with StrictEndpoint(idle_seconds=0.1) as service:
        talk = await call(service.endpoint())
        assert [type(message) for message in await talk.to_the_end()] == [SessionStarted]
        assert closed_error(talk.connection.close_info).retry is Retry.BACKOFF


async def test_what_is_no_message_does_not_end_the_connection(call) -> None:
    frames = (
        "not JSON",
        '{"message_type":"from_the_future","x":1}',
        '{"message_type":"close"}',
        '{"message_type":"open","code":1}',
        '{"no":"type"}',
        '{"message_type":"warning","warning":"logged anyway"}',
    )
    async with StrictEndpoint(Script(frames=frames)) as service:
        talk = await call(service.endpoint())
        await talk.until(SessionStarted)
        await send(talk, 1)
        await talk.until(Partial)
        assert talk.connection.close_info is None
        unknown = [Unknown("from_the_future"), Unknown("close"), Unknown("open")]
        assert talk.of(ServiceWarning) == [ServiceWarning("logged anyway")]
        assert talk.of(Malformed) == [Malformed("not JSON"), Malformed("no message type")]
        assert talk.of(Unknown) == unknown


PARTIAL = '{"message_type":"partial_transcript","text":'
NOT_AN_OBJECT = (
    *("[1]", b"\xff\xfe\xfd", "null", '{"message_type":[1]}', "[" * 100_000, "", "7", "true"),
    *(PARTIAL + "[" * 100_000, PARTIAL + "1" * 5000 + "}", PARTIAL + '"","message_type":null}'),
    *(b"\x00\x01", '"partial_transcript"', "NaN", '{"message_type":""', "[{}]"),
)
ODDLY_TYPED = (
    *(PARTIAL + text for text in ("7}", "null}", "[]}", '{"a":1}}', "true}")),
    PARTIAL.encode() + b'"from bytes"}',
    '{"message_type":"committed_transcript_with_timestamps","text":"x","words":{"a":[1]}}',
    '{"message_type":"committed_transcript_with_timestamps","text":"x","words":[1,null,{}]}',
    '{"message_type":"session_started","session_id":7,"config":[]}',
    '{"message_type":"committed_transcript","text":null}',
    '{"message_type":"committed_transcript_entities","entities":"none"}',
    '{"message_type":"partial_transcript","text":"","message_type":"from_the_future"}',
)


@pytest.mark.parametrize("frame", ODDLY_TYPED, ids=range(len(ODDLY_TYPED)))
async def test_values_of_other_types_cost_nothing(call, frame: str | bytes) -> None:
    async with StrictEndpoint(Script(frames=(frame,))) as service:
        talk = await call(service.endpoint())
        await talk.until(SessionStarted)
        await talk.until(type(decode(frame)))
        assert talk.connection.close_info is None
        await send(talk, 1)
        await talk.until(Partial)


@pytest.mark.parametrize("frame", NOT_AN_OBJECT, ids=range(len(NOT_AN_OBJECT)))
async def test_what_is_no_message_is_told_and_costs_nothing(call, frame: str | bytes) -> None:
    async with StrictEndpoint(Script(frames=(frame,))) as service:
        talk = await call(service.endpoint())
        await talk.until(SessionStarted)
        await talk.until(Malformed)
        assert talk.connection.close_info is None
        await send(talk, 1)
        await talk.until(Partial)


async def test_the_reason_in_an_error_without_a_type_is_told(call) -> None:
    frame = '{"detail":{"message":"the gateway has had enough"}}'
    async with StrictEndpoint(Script(frames=(frame,))) as service:
        talk = await call(service.endpoint())
        assert (await talk.until(Malformed)).said == "the gateway has had enough"


async def test_a_text_of_half_a_million_characters_passes(call) -> None:
    frame = '{"message_type":"partial_transcript","text":"%s"}' % ("x" * 500_000)
    async with StrictEndpoint(Script(frames=(frame,))) as service:
        talk = await call(service.endpoint())
        assert len((await talk.until(Partial)).text) == 500_000


async def test_messages_nobody_takes_hold_the_server_back_and_none_is_lost(call) -> None:
    frame = '{"message_type":"committed_transcript","text":"x"}'
    async with StrictEndpoint(Script(frames=(frame,) * 3000)) as service:
        talk = await call(service.endpoint())
        await talk.until(Committed, 3000)


async def test_one_that_is_not_read_is_closed_in_time(call) -> None:
    frame = '{"message_type":"committed_transcript","text":"x"}'
    async with StrictEndpoint(Script(frames=(frame,) * 3000)) as service:
        talk = await call(service.endpoint())
        await talk.until(Committed, 1)
        async with asyncio.timeout(5.0):
            await talk.connection.close()
