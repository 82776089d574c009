"""What was said in the forms that other programs read: txt, srt, vtt, json, csv, html.

`files` writes them from journals, `live` two of them while recording.
"""
