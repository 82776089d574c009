"""The demo as it is asked for."""

from dataclasses import replace

from scribe_tui.cli import demo
from scribe_tui.cli.program import program
from scribe_tui.config.options import OPTIONS
from scribe_tui.settings import SourceSettings, SpeechSettings


def test_every_flag_that_speaks_of_sources_reaches_those_of_the_demo():
    taken = {parameter.name for parameter in program.commands["demo"].params}
    of_sources = {
        option.name
        for option in OPTIONS
        if option.owner in (SourceSettings, SpeechSettings) and option.name in taken
    }
    assert of_sources == {"archive", "commit"}
    asked = SourceSettings(
        name="new", address="mic", archive="7d", speech=SpeechSettings(commit="10")
    )
    source = SourceSettings(
        name="news", address="x", speech=SpeechSettings(vad_silence_threshold_secs=0.5)
    )
    played = demo.as_asked(source, asked)
    assert (played.archive, played.speech.commit) == ("7d", "10")
    assert replace(played, archive=source.archive, speech=source.speech) == source
    assert replace(played.speech, commit=source.speech.commit) == source.speech
