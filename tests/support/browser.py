"""A headless Chromium, controlled by the WebDriver protocol, for pages that the program writes."""

from __future__ import annotations

import base64
import json
import re
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.support.requirements import need

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=1600,1000", "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
START_SECONDS = 30.0


def opening_milliseconds(page: Path) -> int:
    """Return the milliseconds from the navigation until the page is drawn and usable."""
    with Browser() as browser:
        browser.open(page)
        return int(browser.run("return document.documentElement.dataset.ready"))


class Browser:
    """One window. Use as a context."""

    def __enter__(self) -> Browser:
        driver, browser = need("chromedriver"), need("chromium")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._folder = tempfile.TemporaryDirectory(prefix="chromium")
        self._driver = subprocess.Popen(
            [driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._url = f"http://127.0.0.1:{port}"
        flags = [*FLAGS, f"--user-data-dir={self._folder.name}"]
        options = {"args": flags, "binary": browser}
        wanted = {
            "capabilities": {
                "alwaysMatch": {
                    "browserName": "chrome",
                    "goog:chromeOptions": options,
                    "goog:loggingPrefs": {"browser": "ALL"},
                }
            }
        }
        limit = time.monotonic() + START_SECONDS
        while True:
            try:
                session = self._send("POST", "/session", wanted)["sessionId"]
                break
            except OSError:
                assert time.monotonic() < limit, "chromedriver does not answer"
                assert self._driver.poll() is None
                time.sleep(0.05)
        self._url += f"/session/{session}"
        return self

    def __exit__(self, *_: object) -> None:
        self._send("DELETE", "")
        self._driver.terminate()
        self._driver.wait()
        self._folder.cleanup()

    def open(self, page: Path) -> None:
        """Load a file; returns when it is loaded."""
        self._send("POST", "/url", {"url": page.as_uri()})

    def run(self, script: str, *arguments: object) -> Any:
        """Return the result of a script run in the page."""
        return self._send("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def complaints(self) -> list[str]:
        """Return the browser's errors about the page: refused scripts and styles, exceptions."""
        entries = self._send("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    def picture(self, path: Path) -> None:
        """Save the content of the window as PNG."""
        path.write_bytes(base64.b64decode(self._send("GET", "/screenshot")))

    def _send(self, method: str, path: str, body: object | None = None) -> Any:
        assert re.match(r"http://127\.0\.0\.1:", self._url)
        request = urllib.request.Request(
            self._url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]
