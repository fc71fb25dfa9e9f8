"""Core: what no spreadsheet runs as a formula, in whatever of ours is opened in one."""

import re

# What a spreadsheet takes for the beginning of a formula, after OWASP on CSV injection; in full width as well.
_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SIGNED = re.compile(r"[+-][\d.,]+")


def harmless(text: str) -> str:
    """Return a text with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{text}" if text.startswith(_LEADS) else text


def harmless_cell(cell: str) -> str:
    """Return a cell as `harmless` does, where it may be a number: one with a sign is no formula and stays as it is."""
    return cell if _SIGNED.fullmatch(cell) else harmless(cell)
