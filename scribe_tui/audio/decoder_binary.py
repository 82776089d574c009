"""Where the decoder is: ffmpeg from PATH, else the one inside the imageio-ffmpeg wheel."""

from __future__ import annotations

import shutil

from scribe_tui.errors import Retry, SourceError


def find_decoder() -> str:
    """The path of an ffmpeg to run. Raises SourceError (NEVER) when there is none."""
    return shutil.which("ffmpeg") or _bundled_decoder()


def _bundled_decoder() -> str:
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise SourceError(
            "no decoder",
            "No ffmpeg was found, and radio and files need one.",
            "Install ffmpeg with your package manager, or: pip install 'scribe-tui[ffmpeg]'.",
            retry=Retry.NEVER,
        ) from error
