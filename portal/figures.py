"""Core: whole numbers as people of each language write them."""

from babel.numbers import format_decimal


def grouped(number: int, language: str) -> str:
    """Write a whole number with its digits in groups: 48,825 in English, 48 825 in French, 48.825 in Spanish."""
    return str(format_decimal(number, locale=language))
