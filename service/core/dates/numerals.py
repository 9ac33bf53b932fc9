"""Numerals in words, Chinese and English, and the numbers that they are."""

from __future__ import annotations

DIGITS = {char: digit for digit, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
TENS = {"十": 1, "廿": 2, "卅": 3}


def number(text: str) -> int:
    """12, 十二, 二十, 廿三, 二〇二六, 一百二十."""
    if text.isascii():
        return int(text)
    if text == "元":
        return 1
    if "百" in text:
        hundreds, _, rest = text.partition("百")
        return 100 * number(hundreds or "一") + (number(rest.lstrip("零")) if rest else 0)
    for char, tens in TENS.items():
        before, found, after = text.partition(char)
        if found:
            lead = number(before) if before else 1
            return 10 * lead * tens + (number(after) if after else 0)
    value = 0
    for char in text:
        value = 10 * value + DIGITS[char]
    return value


HOUR_WORDS = {
    word: value
    for value, word in enumerate(
        (
            "one", "two", "three", "four", "five", "six",
            "seven", "eight", "nine", "ten", "eleven", "twelve",
        ),
        1,
    )
}  # fmt: skip
WORD_NUMBERS = HOUR_WORDS | {
    "a": 1, "an": 1, "a couple of": 2, "couple of": 2, "couple": 2, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
ORDINALS = {
    word: value
    for value, word in enumerate(
        (
            "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
            "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
            "seventeenth", "eighteenth", "nineteenth", "twentieth",
        ),
        1,
    )
} | {"thirtieth": 30, "sixtieth": 60, "ninetieth": 90}  # fmt: skip
# The days of a month in words: the twenty-third
DAY_ORDINALS = {word: day for word, day in ORDINALS.items() if day <= 31} | {
    f"{tens}{joint}{word}": base + ORDINALS[word]
    for tens, base, last in (("twenty", 20, 9), ("thirty", 30, 1))
    for joint in "- "
    for word in list(ORDINALS)[:last]
}


def en_number(text: str) -> int:
    """12, twelve, 12th, twelfth, a."""
    word = text.lower()
    if word[0].isdigit():
        return int(word.rstrip("stndrh"))
    return (WORD_NUMBERS | DAY_ORDINALS | ORDINALS)[word]
