"""What the pages say, in the language that they are shown in: tests name a text once, in Chinese."""

from __future__ import annotations

from collections.abc import Callable

from web.language import read_catalog

Say = Callable[..., str]


def said_in(language: str) -> Say:
    """say('已选 %(n)s 条', n=3): the text as a page in that language has it."""

    def say(text: str, **values: object) -> str:
        if language == "zh":
            told = text
        else:
            message = read_catalog("en").get(text)
            assert message is not None and message.string, f"“{text}” has no English"
            told = message.string if isinstance(message.string, str) else message.string[0]
        return told % values if values else told

    return say
