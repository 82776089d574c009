"""The sound from a decoder: interleaved channels in, mono PCM out, kept until it is taken."""

from __future__ import annotations

from scribe_tui.audio.pcm.channels import MAX_CHANNELS, ChannelMixer
from scribe_tui.audio.track_failures import no_channel, too_many_channels
from scribe_tui.errors import SourceError


class MonoSound:
    """PCM of the source called `where` at `rate` Hz. `wanted`: a channel from 1, None: choose.

    PCM that comes before the number of channels is known waits. No clock, no process.
    """

    def __init__(self, where: str, rate: int, wanted: int | None) -> None:
        self._where = where
        self._rate = rate
        self._wanted = wanted
        self._raw = bytearray()
        self._pcm = bytearray()
        self._mixer: ChannelMixer | None = None

    @property
    def is_begun(self) -> bool:
        """Whether it is known how many channels there are."""
        return self._mixer is not None

    @property
    def held_bytes(self) -> int:
        """Mono PCM that was not taken yet."""
        return len(self._pcm)

    @property
    def notice(self) -> str | None:
        """A notice about the choice of channels, None for nothing to say."""
        return self._mixer.notice if self._mixer else None

    def begin(self, channels: int) -> SourceError | None:
        """Set the number of channels; returns an error if the wanted one is not among them."""
        if channels > MAX_CHANNELS:
            return too_many_channels(self._where, channels, MAX_CHANNELS)
        if self._wanted is not None and self._wanted > channels:
            return no_channel(self._where, self._wanted, channels)
        self._mixer = ChannelMixer(channels, self._rate, self._wanted)
        return None

    def add(self, data: bytes, *, final: bool = False) -> None:
        """The next bytes; `final`: there are no more."""
        if self._mixer is None:
            self._raw += data
        elif data or self._raw or final:
            if self._raw:
                data, self._raw = bytes(self._raw) + data, bytearray()
            self._pcm += self._mixer.mix(data, final=final)

    def take(self, size: int) -> bytes:
        """Up to `size` bytes of mono PCM."""
        pcm = bytes(self._pcm[:size])
        del self._pcm[:size]
        return pcm
