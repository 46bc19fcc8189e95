"""How fast people read: the figures behind "n min read".

The formula, in seconds, of which the sum is rounded up to whole minutes:

- words of running text, at the speed of the text's language;
- words of code at half that speed, for code is not read like prose;
- pictures: 12 seconds for the first, one second less for each further one, but never less than 3.

Sources: S. Trauzettel-Klosinski and K. Dietz, "Standardized Assessment of Reading Performance: The New International
Reading Speed Texts IReST", Investigative Ophthalmology & Visual Science 53 (2012), for words and characters a minute.
A study of adults who read aloud; it names no speed for other languages, which get the one of English here. The seconds
for pictures are those that Medium made known for its own reading times.
"""

import math

from .conf import blog_settings
from .text import count_characters, count_words

# Words a minute, by the first part of a language code.
WORDS_PER_MINUTE = {
    "ar": 138,
    "de": 179,
    "en": 228,
    "es": 218,
    "fi": 161,
    "fr": 195,
    "he": 187,
    "it": 188,
    "nl": 202,
    "pl": 166,
    "pt": 181,
    "ru": 184,
    "sl": 180,
    "sv": 199,
    "tr": 166,
}
# Chinese and Japanese are read by the character.
CHARACTERS_PER_MINUTE = {"ja": 357, "zh": 255}
# Where the language of the text is another one.
OTHER_CHARACTERS_PER_MINUTE = CHARACTERS_PER_MINUTE["zh"]
OTHER_WORDS_PER_MINUTE = WORDS_PER_MINUTE["en"]
CODE_SPEED = 0.5
FIRST_PICTURE_SECONDS = 12
LEAST_PICTURE_SECONDS = 3
# What the database column can hold.
MOST_MINUTES = 32767


def reading_minutes(text: str, language_code: str, *, code: str = "", pictures: int = 0) -> int:
    """Whole minutes, at least one. No query.

    ``MKT_BLOG["WORDS_PER_MINUTE"]`` takes the place of the table for every language; two characters then count as a
    word.
    """
    seconds = 60 * _minutes(text, language_code)
    seconds += 60 * count_words(code) / (_words_per_minute(language_code) * CODE_SPEED)
    seconds += picture_seconds(pictures)
    return min(MOST_MINUTES, max(1, math.ceil(seconds / 60)))


def picture_seconds(pictures: int) -> int:
    """Seconds for looking at so many pictures."""
    falling = range(FIRST_PICTURE_SECONDS, LEAST_PICTURE_SECONDS, -1)
    first = falling[:pictures]
    return sum(first) + LEAST_PICTURE_SECONDS * (pictures - len(first))


def _minutes(text: str, language_code: str) -> float:
    speed = _words_per_minute(language_code)
    if blog_settings.current.WORDS_PER_MINUTE is not None:
        return count_words(text) / speed
    language = _language(language_code)
    characters = count_characters(text)
    words = count_words(text) - math.ceil(characters / 2)
    characters_speed = CHARACTERS_PER_MINUTE.get(language, OTHER_CHARACTERS_PER_MINUTE)
    return words / speed + characters / characters_speed


def _words_per_minute(language_code: str) -> int:
    chosen = blog_settings.current.WORDS_PER_MINUTE
    return chosen or WORDS_PER_MINUTE.get(_language(language_code), OTHER_WORDS_PER_MINUTE)


def _language(language_code: str) -> str:
    """``"zh"`` of ``"zh-hans"``."""
    return language_code.lower().replace("_", "-").partition("-")[0]
