"""A real PulseAudio whose only device is a null sink: its microphone records what is played."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.waiting import wait_until

SCRIPT = """
load-module module-native-protocol-unix
load-module module-null-sink sink_name=vmic rate=48000 channels=1
load-module module-remap-source master=vmic.monitor source_name=mic
set-default-sink vmic
set-default-source mic
"""


@contextmanager
def running(folder: Path, program: str) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    """Run the server; yield its process and the environment in which programs find it."""
    (folder / "home").mkdir()
    folder.chmod(0o700)
    script = folder / "pulse.pa"
    script.write_text(SCRIPT)
    address = folder / "pulse" / "native"
    environ = dict(os.environ) | {
        "XDG_RUNTIME_DIR": str(folder),
        "HOME": str(folder / "home"),
        "PULSE_SERVER": f"unix:{address}",
    }
    argv = [program, "-n", "-F", str(script), "--daemonize=no", "--exit-idle-time=-1"]
    argv += ["--disallow-exit", f"--log-target=file:{folder / 'pulse.log'}"]
    server = subprocess.Popen(
        argv, env=environ, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: server.poll() is not None or address.exists())
        assert server.poll() is None, "pulseaudio did not start"
        yield server, environ
    finally:
        server.kill()
        server.wait()
