"""Which proxy a connection goes through, from the usual variables alone."""

from __future__ import annotations

import pytest

from scribe_tui.network.proxies import ProxyError, proxy_for, reach_directly


def chosen(url: str, **variables: str) -> str | None:
    proxy = proxy_for(url, variables)
    return None if proxy is None else f"{proxy.scheme}://{proxy.host}:{proxy.port}"


@pytest.mark.parametrize(
    ("url", "variables", "expected"),
    [
        ("http://a.example/", {}, None),
        ("http://a.example/", {"http_proxy": "http://p:3128"}, "http://p:3128"),
        ("http://a.example/", {"HTTP_PROXY": "p:3128"}, "http://p:3128"),
        ("http://a.example/", {"http_proxy": "p:1", "HTTP_PROXY": "p:2"}, "http://p:1"),
        ("http://a.example/", {"http_proxy": " ", "HTTP_PROXY": "p:2"}, "http://p:2"),
        ("http://a.example/", {"https_proxy": "p:1"}, None),
        ("https://a.example/", {"http_proxy": "p:1"}, None),
        ("https://a.example/", {"HTTPS_PROXY": "https://p"}, "https://p:443"),
        ("wss://a.example/", {"https_proxy": "p"}, "http://p:80"),
        ("ws://a.example/", {"http_proxy": "p:1"}, "http://p:1"),
        ("https://a.example/", {"ALL_PROXY": "socks5h://p"}, "socks5h://p:1080"),
        ("http://a.example/", {"all_proxy": "socks://p:9"}, "socks5://p:9"),
        ("http://a.example/", {"all_proxy": "p:1", "http_proxy": "p:2"}, "http://p:2"),
        ("http://a.example/", {"HTTP_PROXY": "p:1", "REQUEST_METHOD": "GET"}, None),
        ("http://[broken/", {"http_proxy": "p:1"}, None),
    ],
)
def test_the_usual_variables_choose_the_proxy(
    url: str, variables: dict[str, str], expected: str | None
) -> None:
    assert chosen(url, **variables) == expected


@pytest.mark.parametrize(
    ("host", "excepted", "direct"),
    [
        ("a.example", "a.example", True),
        ("b.a.example", "a.example", True),
        ("b.a.example", ".a.example", True),
        ("b.a.example", "*.a.example", True),
        ("a.example", ".a.example", True),
        ("ba.example", "a.example", False),
        ("A.Example", "x, a.EXAMPLE", True),
        ("a.example", "x a.example", True),
        ("a.example:8000", "a.example:8000", True),
        ("a.example", "a.example:8000", False),
        pytest.param("a.example", "a.example:" + "8" * 5000, False, id="port-of-5000-digits"),
        ("a.example:8000", "a.example:08000", True),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("127.0.0.1:9", "127.0.0.1", True),
        ("[::1]:80", "::1", True),
        ("anything", "*", True),
        ("a.example", ", ,", False),
    ],
)
def test_no_proxy_names_hosts_reached_directly(host: str, excepted: str, direct: bool) -> None:
    found = chosen(f"http://{host}/", http_proxy="p:1", NO_PROXY=excepted)
    assert (found is None) is direct


def test_a_password_is_sent_and_not_shown() -> None:
    proxy = proxy_for("http://a/", {"http_proxy": "http://ada:p%40ss@p.example:3128/"})
    assert proxy is not None
    assert proxy.authorization == "Basic YWRhOnBAc3M="
    assert proxy.url == "http://ada:p%40ss@p.example:3128"
    assert proxy.name == "the proxy p.example:3128 (http_proxy)"
    assert "ss" not in repr(proxy)


@pytest.mark.parametrize("value", ["ftp://p:1", "http://", "http://p:99999", "http://[", "://"])
def test_what_is_no_proxy(value: str) -> None:
    with pytest.raises(ProxyError, match="What http_proxy holds is not") as caught:
        proxy_for("http://a/", {"http_proxy": value})
    assert caught.value.title == "wrong proxy"


def test_a_server_of_this_process_is_reached_directly() -> None:
    everywhere = {"all_proxy": "http://proxy.example:3128"}
    address = "http://127.0.0.1:49123/live.mp3"
    assert proxy_for(address, everywhere) is not None
    reach_directly("127.0.0.1", 49123)
    assert proxy_for(address, everywhere) is None
