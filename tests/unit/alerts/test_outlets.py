"""Each outlet against the real thing: a process, an HTTP server, a pseudo-terminal."""

from __future__ import annotations

import errno
import json
import os
import re
import ssl
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from scribe_tui.alerts.alert import Alert, AlertKind
from scribe_tui.alerts.make import check_outlet, make_outlet
from scribe_tui.alerts.outlets import apprise, http_post
from scribe_tui.alerts.outlets.command import CommandOutlet
from scribe_tui.alerts.outlets.outlet import DeliveryError
from scribe_tui.alerts.outlets.terminal import BellOutlet, DesktopOutlet, notice
from scribe_tui.alerts.outlets.webhook import WebhookOutlet, signature
from scribe_tui.settings.alerts import OutletKind, OutletSettings, parse_outlet
from tests.support.post_server import PostServer, Proxy
from tests.support.processes import is_gone
from tests.support.raw_server import raw_server
from tests.support.waiting import wait_until

HOSTILE = "$(touch owned) `id`; 'quoted' \"two\" \\ ünïcødé 🔥"
ALERT = Alert(
    kind=AlertKind.HIT, at=1_700_000_000.0, title="fire", text=f"news: {HOSTILE}",
    sessions=("news",), names=("News",), facts={"word": "fire", "quote": HOSTILE},
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def program(folder: Path, code: str) -> OutletSettings:
    path = folder / "tell"
    path.write_text(f"#!{sys.executable}\n{code}")
    path.chmod(0o755)
    return OutletSettings(kind=OutletKind.COMMAND, target=str(path), arguments=("--now",))


def command(settings: OutletSettings, **more: Any) -> CommandOutlet:
    return CommandOutlet(settings, {"PATH": os.environ["PATH"]}, **more)


async def test_a_command_finds_the_facts_in_its_environment(tmp_path: Path) -> None:
    code = f"""
import json, os, sys
told = dict(environment=dict(os.environ), arguments=sys.argv[1:], given=json.load(sys.stdin))
open({str(tmp_path / "out")!r}, "w").write(json.dumps(told))
"""
    await command(program(tmp_path, code)).deliver(ALERT)
    told = json.loads((tmp_path / "out").read_text())
    assert told["arguments"] == ["--now"]
    assert told["environment"]["SCRIBE_ALERT_TEXT"] == ALERT.text
    assert told["environment"]["SCRIBE_ALERT_QUOTE"] == HOSTILE
    assert told["environment"]["SCRIBE_ALERT_NAMES"] == "News"
    assert told["environment"]["SCRIBE_ALERT_OVER"] == "0"
    assert told["given"]["word"] == "fire"
    assert not (tmp_path / "owned").exists()


async def test_a_command_that_fails_tells_its_last_words_and_code(tmp_path: Path) -> None:
    code = "import sys; sys.exit('no such room https://a:secret@chat.example')"
    with pytest.raises(DeliveryError, match="ended with code 1: no such room") as raised:
        await command(program(tmp_path, code)).deliver(ALERT)
    assert "secret" not in raised.value.reason


async def test_a_command_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    code = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open({str(tmp_path / "pid")!r}, "w").write(str(child.pid))
time.sleep(600)
"""
    with pytest.raises(DeliveryError, match="took more than 3 s"):
        await command(program(tmp_path, code), timeout_seconds=3.0).deliver(ALERT)
    child = int((tmp_path / "pid").read_text())
    wait_until(lambda: not psutil.pid_exists(child) or is_gone(psutil.Process(child)))


async def test_a_command_that_is_not_there_is_hopeless(tmp_path: Path) -> None:
    settings = OutletSettings(kind=OutletKind.COMMAND, target=str(tmp_path / "none"))
    with pytest.raises(DeliveryError) as raised:
        await command(settings).deliver(ALERT)
    assert raised.value.permanent


async def test_a_webhook_posts_json_signed_by_the_secret() -> None:
    async with PostServer() as server:
        settings = OutletSettings(kind=OutletKind.WEBHOOK, target=server.url(), secret="s3cret")
        await WebhookOutlet(settings, clock=lambda: 1234.5).deliver(ALERT)
    (posted,) = server.posted
    assert posted.method == "POST"
    body = json.loads(posted.body)
    assert body["kind"] == "hit"
    assert body["quote"] == HOSTILE
    assert body["sessions"] == ["news"]
    assert posted.headers["X-Scribe-Timestamp"] == "1234"
    assert posted.headers["X-Scribe-Signature"] == signature("s3cret", "1234", posted.body)
    assert posted.headers["X-Scribe-Signature"].startswith("sha256=")


async def test_without_a_secret_nothing_is_signed() -> None:
    async with PostServer() as server:
        await WebhookOutlet(parse_outlet(server.url())).deliver(ALERT)
    assert "X-Scribe-Signature" not in server.posted[0].headers


@pytest.mark.parametrize(
    ("status", "permanent"), [(500, False), (503, False), (429, False), (404, True), (302, True)]
)
async def test_an_answer_other_than_2xx_is_a_failure(status: int, permanent: bool) -> None:
    async with PostServer([status]) as server:
        with pytest.raises(DeliveryError, match=str(status)) as raised:
            await WebhookOutlet(parse_outlet(server.url("/T0P/s3cret"))).deliver(ALERT)
    assert raised.value.permanent is permanent
    assert "s3cret" not in raised.value.reason


async def test_a_server_that_never_answers_is_given_up_in_time() -> None:
    async with PostServer([0]) as server:
        with pytest.raises(DeliveryError, match=r"did not answer within 0\.3 s"):
            await http_post.post(server.url(), b"{}", {}, timeout_seconds=0.3)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n", ""),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 500 No\r\n\r\n", "answered 500"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 50, "does not answer in HTTP"),
        (b"HTTP/1.1 200 " + b"x" * 200_000, "does not answer in HTTP"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_000_000, ""),
        (b"220 mail.example ESMTP\r\n", "does not answer in HTTP"),
        (b"\x16\x03\x01\x00", "hangs up without an answer"),
        (b"", "hangs up without an answer"),
        (b"HTTP/1.1 200", "hangs up without an answer"),
    ],
)
async def test_whatever_is_answered_is_a_delivery_or_a_sentence(answer: bytes, said: str) -> None:
    async with raw_server(answer) as server:
        if not said:
            await http_post.post(server.url(), b"{}", {})
            return
        with pytest.raises(DeliveryError, match=said):
            await http_post.post(server.url(), b"{}", {}, timeout_seconds=5.0)


async def test_an_address_of_any_script_goes_over_the_wire_in_ascii() -> None:
    async with PostServer() as server:
        await http_post.post(server.url("/wärme/火?an=für%20alle"), b"{}", {})
    (posted,) = server.posted
    assert posted.target == "/w%C3%A4rme/%E7%81%AB?an=f%C3%BCr%20alle"
    with pytest.raises(DeliveryError, match="its name is not known"):
        await http_post.post("http://bücher.invalid/", b"{}", {})


async def test_nobody_at_the_address() -> None:
    async with PostServer() as server:
        url = server.url()
    with pytest.raises(DeliveryError, match="nobody listens there"):
        await http_post.post(url, b"{}", {})


async def test_ntfy_takes_the_text_with_title_and_token_as_headers() -> None:
    async with PostServer() as server:
        settings = OutletSettings(kind=OutletKind.NTFY, target=server.url("/topic"), secret="tk_1")
        outlet = make_outlet(settings, None, {})
        assert outlet is not None
        await outlet.deliver(ALERT)
    (posted,) = server.posted
    assert posted.target == "/topic"
    assert posted.body.decode() == ALERT.text
    assert posted.headers["Title"] == "fire"
    assert posted.headers["Authorization"] == "Bearer tk_1"
    assert posted.headers["Priority"] == "high"


async def test_through_an_http_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with PostServer() as proxy:
        monkeypatch.setenv("http_proxy", f"http://ada:s3cret@127.0.0.1:{proxy.port}")
        await http_post.post("http://hooks.example/a?b=1", b"{}", {})
    (posted,) = proxy.posted
    assert posted.target == "http://hooks.example/a?b=1"
    assert posted.headers["Host"] == "hooks.example"
    assert posted.headers["Proxy-Authorization"].startswith("Basic ")


@pytest.mark.parametrize("socks", [False, True])
async def test_through_a_tunnel_with_tls(
    socks: bool, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with PostServer(tls=served) as server, Proxy(socks=socks) as proxy:
        kind = "socks5" if socks else "http"
        monkeypatch.setenv("https_proxy", f"{kind}://127.0.0.1:{proxy.port}")
        await http_post.post(f"https://localhost:{server.port}/hook", b"{}", {})
    assert proxy.asked == ["localhost"]
    assert [posted.target for posted in server.posted] == ["/hook"]


async def test_a_certificate_nobody_vouches_for_is_refused(certificate: Path) -> None:
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate)
    async with PostServer(tls=served) as server:
        with pytest.raises(DeliveryError, match="certificate") as raised:
            await http_post.post(f"https://localhost:{server.port}/", b"{}", {})
    assert raised.value.permanent
    assert server.posted == []


async def test_bell_and_notice_reach_a_real_terminal() -> None:
    ours, theirs = os.openpty()
    try:
        await BellOutlet(lambda data: _write(theirs, data)).deliver(ALERT)
        outlet = DesktopOutlet(lambda data: _write(theirs, data), {"TERM": "xterm"})
        await outlet.deliver(ALERT)
        got = b""
        while not got.endswith("🔥\a".encode()):
            got += os.read(ours, 4096)
    finally:
        os.close(ours)
        os.close(theirs)
    assert got.startswith(b"\a\x1b]9;fire: news: ")


def _write(descriptor: int, data: bytes) -> None:
    os.write(descriptor, data)


async def test_the_end_of_trouble_rings_no_bell() -> None:
    written: list[bytes] = []
    await BellOutlet(written.append).deliver(replace(ALERT, is_over=True))
    assert written == []


async def test_who_has_closed_the_screen_is_told_of_no_end() -> None:
    def closed(_: bytes) -> None:
        raise OSError(errno.EIO, "the screen is closed")

    outlet = DesktopOutlet(closed, {"TERM": "xterm"})
    with pytest.raises(DeliveryError, match="terminal is gone"):
        await outlet.deliver(ALERT)
    await outlet.deliver(replace(ALERT, is_over=True))


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm-256color"}, b"\x1b]9;a: b\a"),
        ({"TERM": "foot"}, b"\x1b]777;notify;a;b\a"),
        ({"TERM": "xterm", "VTE_VERSION": "7600"}, b"\x1b]777;notify;a;b\a"),
        ({"TERM": "screen", "TMUX": "x"}, b"\x1bPtmux;\x1b\x1b]9;a: b\a\x1b\\"),
        ({"TERM": "screen", "STY": "1.x"}, b"\x1bP\x1b]9;a: b\a\x1b\\"),
    ],
)
def test_a_notice_in_the_terminal_s_own_way(environment: dict[str, str], expected: bytes) -> None:
    assert notice("a", "b", environment) == expected


def test_a_long_notice_goes_through_gnu_screen_in_pieces() -> None:
    data = notice("a", "ü" * 400, {"TERM": "screen", "STY": "1.x"})
    pieces = re.findall(rb"\x1bP(.*?)\x1b\\", data, re.DOTALL)
    assert b"".join(pieces) == notice("a", "ü" * 400, {"TERM": "screen"})
    assert max(map(len, pieces)) <= 240
    assert len(pieces) == 2


def test_no_word_is_taken_for_an_order_of_the_terminal() -> None:
    assert notice("4;1", "x", {}) == b"\x1b]9;4,1: x\a"


def test_a_notice_cannot_act_on_the_terminal() -> None:
    data = notice("a;b", "x\x1b]0;owned\a\x1b[2J" + "y" * 1000, {"TERM": "foot"})
    assert data.count(b"\x1b") == 1
    assert len(data) < 400


async def test_apprise_runs_in_a_child_and_gets_its_address_by_a_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against Apprise itself: its json:// service is a plain POST."""
    async with PostServer() as server:
        url = server.url("/notify").replace("http://", "json://ada:s3cret@")
        settings = OutletSettings(kind=OutletKind.APPRISE, target=url)
        pytest.importorskip("apprise", reason="needs the extra notify")
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        await apprise.AppriseOutlet(settings, environment).deliver(ALERT)
    assert "fire" in server.posted[0].body.decode()
    assert "s3cret" not in settings.name


async def test_without_apprise_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    settings = OutletSettings(kind=OutletKind.APPRISE, target="mailto://a:b@c")
    with pytest.raises(DeliveryError, match=r"scribe-tui\[notify\]") as raised:
        await apprise.AppriseOutlet(settings, {}).deliver(ALERT)
    assert raised.value.permanent


@pytest.mark.parametrize(
    "spec",
    [
        "https://hooks.example/services/T0/s3cret",
        "ntfy:https://ada:s3cret@ntfy.example/topic-s3cret",
        "apprise:slack://s3cret/s3cret",
        "command:/opt/s3cret/../bin/tell",
    ],
)
def test_no_secret_of_an_outlet_is_ever_shown(spec: str) -> None:
    settings = parse_outlet(spec)
    assert "s3cret" not in settings.name
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in repr(OutletSettings(kind=OutletKind.BELL, secret="s3cret"))


@pytest.mark.parametrize(
    "spec",
    [
        *("fax", "webhook:", "ntfy:ntfy.sh/a", "webhook:ftp://s3cret", ""),
        *("https://hooks.example:99999/s3cret", "https://hooks..example/s3cret"),
        *("hooks.example/s3cret", "s3cret-token", "hooks.example:443/s3cret"),
        *("https:///s3cret", "https://hooks.example:0/s3cret", "http://[::1/s3cret"),
        f"https://{'a' * 70}.example/s3cret",
    ],
)
def test_a_wrong_outlet_is_refused_without_showing_it(spec: str) -> None:
    from scribe_tui.errors import UsageError

    with pytest.raises(UsageError) as raised:
        parse_outlet(spec)
    assert "s3cret" not in raised.value.sentence


async def test_a_command_in_somebody_s_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--alert command:~/tell` comes as it is written: the shell reads no ~ inside a word."""
    monkeypatch.setenv("HOME", str(tmp_path))
    program(tmp_path, f"open({str(tmp_path / 'out')!r}, 'w')")
    settings = parse_outlet("command:~/tell")
    check_outlet(settings)
    await command(settings).deliver(ALERT)
    assert (tmp_path / "out").exists()


@pytest.mark.parametrize("spec", ["command:/opt/s3cret/tell", "command:notify-send hello"])
def test_a_program_that_is_not_here_is_said_at_the_start(spec: str) -> None:
    from scribe_tui.errors import UsageError

    with pytest.raises(UsageError, match="there is no such program") as raised:
        check_outlet(parse_outlet(spec))
    assert "s3cret" not in raised.value.sentence


def test_without_a_terminal_there_is_no_bell() -> None:
    assert make_outlet(parse_outlet("bell"), None, {}) is None
    assert make_outlet(parse_outlet("desktop"), None, {}) is None
