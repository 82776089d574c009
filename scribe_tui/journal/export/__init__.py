"""Exports of transcripts for other programs: txt, srt, vtt, json, csv, html.

`files` writes them from journals, `live` two of them while recording.
"""
