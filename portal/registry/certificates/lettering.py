"""Names in any script: what the certificate's fonts can set, and an honest romanised form of what they cannot.

An empty box in place of a name would make a certificate worthless, and a dropped letter would make it wrong. So every
text is first tried on the typesetter itself: under PDF/UA-1 Typst refuses any text for which its fonts lack a glyph,
which is an exact answer from exactly the fonts that will be used. Words in scripts without a font are romanised and
marked as such.

All cases of fonts are closed lists, each tried only for texts that the one before cannot set: the serif fonts inside
the Typst package; Noto in most scripts, emoji included, from packages that are pinned like any other, so that both give
the same bytes on every machine; and well-known families installed on the system, in a fixed order.
"""

import importlib.util
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Literal

import typst
from anyascii import anyascii
from fontTools import unicodedata as scripts

BUILT_IN = ("Libertinus Serif", "New Computer Modern")
LAST_RESORT = "DejaVu Sans Mono"
"""Inside the Typst package too. It has Arabic and more, but in letters of one width; serial numbers are set in it."""

INSTALLED = ("Noto Serif", "Noto Naskh Arabic", "Noto Sans", "DejaVu Serif", "DejaVu Sans", "FreeSerif")
"""Families of the system that may be used, by the beginning of their names, in this order."""

CARRIED = ("manimgx_fonts", "manimgx_fonts_cjk")
"""Packages with fonts: Noto Sans for each script, Noto Emoji, and Noto Sans CJK, all under the Open Font License."""

UNWANTED = ("Display", "Condensed", "Mono", "Emoji", "Light", "Thin")

SAMPLES = {
    "Arabic": "محمد",
    "Bengali": "বাংলা",
    "Chinese": "王小明",
    "Devanagari": "राष्ट्रीय",
    "Emoji": "🌍",
    "Ethiopic": "አማርኛ",
    "Georgian": "ქართული",
    "Hebrew": "שלום",
    "Japanese": "ひらがな",
    "Khmer": "ភាសាខ្មែរ",
    "Korean": "한국",
    "Lao": "ລາວ",
    "Myanmar": "မြန်မာ",
    "Sinhala": "සිංහල",
    "Tamil": "தமிழ்",
    "Telugu": "తెలుగు",
    "Thai": "กรุงเทพ",
}
"""A word or a sign of each script that names are likely to come in, beside Latin, Greek and Cyrillic."""

MOST_MARKS = 4
"""Marks kept on one letter. No spelling needs more; heaps of them are used to write over other people's lines."""

LONGEST_WORD = 30
"""A longer word may be broken anywhere, so that it cannot run off the page."""

Direction = Literal["ltr", "rtl"]

_INDIC = frozenset(["Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Sinh"])
_JOINED = _INDIC | {"Arab", "Syrc", "Mong", "Khmr", "Mymr"}
_WITHOUT_SPACES = frozenset(["Hani", "Hira", "Kana", "Hang", "Thai", "Laoo", "Khmr", "Mymr"])
_SIGNS_WITH_MEANING = frozenset(["Hani", "Xsux", "Zyyy", "Zzzz"])
_SPELT_BY_WORD = frozenset(["Latn", "Zyyy", "Zinh", "Zzzz"])
_JOINERS = "\u200c\u200d"
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_NO_GLYPH = re.compile(r"PDF/UA-1 error: the text .* could not be displayed", re.DOTALL)
_PROBE = b"""#set document(title: "Probe", date: none)
#set text(font: sys.inputs.families.split(","), fallback: false)
#sys.inputs.text"""


@dataclass(frozen=True)
class Run:
    """A piece of a lettered text; `romanised` when it stands for words in a script that no font here has."""

    text: str
    romanised: bool = False


@dataclass(frozen=True)
class Lettered:
    """A text ready to print: every character has a glyph in `families`, tried in that order, regular and upright."""

    runs: tuple[Run, ...]
    families: tuple[str, ...]
    direction: Direction

    @property
    def romanised(self) -> bool:
        """Whether any word had to be romanised, which the page then says."""
        return any(run.romanised for run in self.runs)

    @property
    def text(self) -> str:
        """What is printed."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class FontCase:
    """A closed choice of fonts. `families` is the order of preference; nothing outside it is ever used."""

    fonts: typst.Fonts
    families: tuple[str, ...]

    def can_set(self, text: str) -> bool:
        """Whether every character has a glyph. Raises typst.TypstError if Typst fails for any other reason."""
        return text.isascii() or _can_set(self, text)


@cache
def serif_case() -> FontCase:
    """The serif fonts inside the Typst package: the same on every machine."""
    return FontCase(typst.Fonts(include_system_fonts=False), BUILT_IN)


@cache
def bare_case() -> FontCase:
    """Every text font inside the Typst package: all there is on a machine without installed fonts."""
    return FontCase(serif_case().fonts, (*BUILT_IN, LAST_RESORT))


@cache
def carried_case() -> FontCase:
    """The serif fonts and those of the packages that come along: the same on every machine."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=_folders())
    families = {font.family for font in fonts.fonts() if font.path and font.style == "normal"}
    return FontCase(fonts, (*BUILT_IN, *sorted(families, key=_carried_rank), LAST_RESORT))


@cache
def full_case() -> FontCase:
    """All of these, the installed families we know, and the last resort. The system is read once per process."""
    fonts = typst.Fonts(include_system_fonts=True, font_paths=_folders())
    upright = {font.family for font in fonts.fonts() if font.path and font.style == "normal" and font.weight == 400}
    ranked = sorted((_rank(family), family) for family in upright if not any(word in family for word in UNWANTED))
    carried = carried_case().families[:-1]
    known = tuple(family for rank, family in ranked if rank < len(INSTALLED) and family not in carried)
    return FontCase(fonts, (*carried, *known, LAST_RESORT))


def _folders() -> list[Path]:
    specs = [importlib.util.find_spec(package) for package in CARRIED]
    return [Path(folder) for spec in specs if spec for folder in spec.submodule_search_locations or ()]


def _carried_rank(family: str) -> tuple[bool, bool, str]:
    """Emoji last, so that digits and signs stay text; Chinese, Japanese and Korean before them, for the same reason."""
    return family.endswith("Emoji"), "CJK" in family, family


def _fitting(text: str, families: tuple[str, ...]) -> tuple[str, ...]:
    """The families with that first, of those for Chinese characters, whose readers the text is for.

    They share characters and draw them differently: with Japanese letters beside them they are Japanese, with Korean
    ones Korean, and otherwise Chinese in its simplified form.
    """
    kinds = set(map(scripts.script, text))
    wanted = "JP" if kinds & {"Hira", "Kana"} else "KR" if "Hang" in kinds else "SC"
    eastern = sorted((each for each in families if " CJK " in each), key=lambda each: not each.endswith(wanted))
    if not eastern:
        return families
    place = min(map(families.index, eastern))
    others = [each for each in families if each not in eastern]
    return (*others[:place], *eastern, *others[place:])


def fonts_for(texts: Iterable[Lettered], *, case: FontCase | None = None) -> typst.Fonts:
    """Return the fonts that some texts need, the fewest that suffice, so that the same are taken on every machine."""
    needed = {family for text in texts for family in text.families}
    alike = (serif_case(), carried_case())
    return next((each for each in alike if needed <= {*each.families}), case or full_case()).fonts


def lost_scripts(case: FontCase) -> list[str]:
    """Return the names, in English, of the scripts in `SAMPLES` that would be romanised with these fonts."""
    return [script for script, sample in SAMPLES.items() if not case.can_set(sample)]


def letter(text: str, *, case: FontCase | None = None, lines: bool = False) -> Lettered:
    """Make a text of unknown origin fit to print: cleaned, in fonts that have it, romanised where none has.

    `case` is tried when the built-in serifs do not suffice; by default `carried_case()`, then `full_case()`. Nothing
    visible is dropped:
    a character that no font has and that cannot be romanised prints as its code point, such as (U+1F9FF).
    With `lines`, line breaks are kept (at most one empty line between two); otherwise the text becomes one line.
    """
    clean = cleaned(text, lines=lines)
    if serif_case().can_set(clean):
        return Lettered((Run(_breakable(clean)),), BUILT_IN, direction_of(clean))
    wide = case or (carried_case() if carried_case().can_set(clean) else full_case())
    runs = (Run(_breakable(clean)),) if wide.can_set(clean) else _runs(clean, wide)
    return Lettered(runs, _fitting(clean, wide.families), direction_of("".join(run.text for run in runs)))


def cleaned(text: str, *, lines: bool = False) -> str:
    """The text without what is not meant to be seen: controls, bidi overrides, zero-width characters; composed (NFC).

    Joiners stay between letters of scripts whose spelling needs them. Lone surrogates, private-use and unassigned
    characters become U+FFFD, which prints as a question mark in a diamond: something was there.
    """
    composed = unicodedata.normalize("NFC", _UNSEEN.sub("", "".join(map(_printable, text))))
    kept = _few_marks(_spelling_joiners(composed))
    if not lines:
        return " ".join(kept.split())
    rows = "\n".join(" ".join(row.split()) for row in kept.splitlines())
    return re.sub(r"\n{3,}", "\n\n", rows).strip("\n")


def direction_of(text: str) -> Direction:
    """Direction of a text on its own: that of its first letter that has one (rule P2 of Unicode annex 9)."""
    strong = (unicodedata.bidirectional(character) for character in text)
    return "ltr" if next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") == "L" else "rtl"


def _rank(family: str) -> int:
    return next((place for place, start in enumerate(INSTALLED) if family.startswith(start)), len(INSTALLED))


@lru_cache(maxsize=4096)
def _can_set(case: FontCase, text: str) -> bool:
    inputs = {"families": ",".join(case.families), "text": text}
    try:
        typst.compile(_PROBE, font_paths=case.fonts, format="pdf", pdf_standards=["ua-1"], sys_inputs=inputs)
    except typst.TypstError as error:
        if _NO_GLYPH.match(error.message):
            return False
        raise
    return True


def _printable(character: str) -> str:
    match unicodedata.category(character):
        case "Cc":
            return character if character.isspace() else ""
        case "Cf":
            return character if character in _VISIBLE_FORMATS or character in _JOINERS else ""
        case "Cs" | "Co":
            return "\ufffd"
        case "Cn":
            return character if anyascii(character) else "\ufffd"
    return character


def _spelling_joiners(text: str) -> str:
    padded = f" {text} "
    return "".join(
        now
        for before, now, after in zip(padded, text, padded[2:], strict=False)
        if now not in _JOINERS or (scripts.script(before) in _JOINED and scripts.script(after) in _JOINED)
    )


def _few_marks(text: str) -> str:
    """At most MOST_MARKS on one letter, and a dotted circle under a mark that has no letter."""
    kept, marks = [" "], 0
    for character in text:
        is_mark = unicodedata.category(character) in {"Mn", "Me"}
        marks = marks + 1 if is_mark else 0
        if is_mark and marks == 1 and kept[-1].isspace():
            kept.append("\u25cc")
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept[1:])


def _runs(text: str, case: FontCase) -> tuple[Run, ...]:
    """The text with its unprintable words romanised, and with them every word in the same script, but Latin."""
    words = ["".join(group) for _, group in groupby(text, key=_kind)]
    lost = set(_unprintable(sorted(set(words)), case))
    lost_scripts = {scripts.script(character) for word in lost for character in word} - _SPELT_BY_WORD
    marked = [(word, word in lost or not lost_scripts.isdisjoint(map(scripts.script, word))) for word in words]
    runs = [
        Run(_breakable(_romanised(word)), romanised=True) if is_lost else Run(_breakable(word))
        for word, is_lost in marked
    ]
    return tuple(_joined(runs))


def _kind(character: str) -> str:
    if character.isspace():
        return "space"
    return "sign" if unicodedata.category(character) in {"So", "Sk", "Cn"} else "word"


def _unprintable(words: list[str], case: FontCase) -> Iterable[str]:
    """The words that the case lacks letters for, found by halving."""
    if not words or case.can_set(" ".join(words)):
        return []
    if len(words) == 1:
        return words
    half = len(words) // 2
    return [*_unprintable(words[:half], case), *_unprintable(words[half:], case)]


def _romanised(word: str) -> str:
    """The word in Latin letters. Vowel carriers and marks may be silent; signs with a meaning are never left out."""
    parts = [anyascii(character) or _code_point_of_sign(character) for character in word]
    return "".join(parts) or "".join(map(_code_point, word))


def _code_point_of_sign(character: str) -> str:
    return _code_point(character) if scripts.script(character) in _SIGNS_WITH_MEANING else ""


def _code_point(character: str) -> str:
    return f"(U+{ord(character):04X})"


def _joined(runs: list[Run]) -> Iterable[Run]:
    """Neighbours of one kind become one run; the space between two romanised words belongs to them."""
    spaced = [
        Run(run.text, romanised=True)
        if run.text.isspace() and 0 < place < len(runs) - 1 and _inside(runs, place)
        else run
        for place, run in enumerate(runs)
    ]
    for romanised, group in groupby(spaced, key=lambda run: run.romanised):
        yield Run("".join(run.text for run in group), romanised)


def _inside(runs: list[Run], place: int) -> bool:
    return runs[place - 1].romanised and runs[place + 1].romanised


def _breakable(text: str) -> str:
    return re.sub(rf"\S{{{LONGEST_WORD + 1},}}", _with_breaks, text)


def _with_breaks(match: re.Match[str]) -> str:
    """A zero-width space after every tenth character of an overlong word, never before a mark."""
    word, kept = match.group(), ""
    if not _WITHOUT_SPACES.isdisjoint(map(scripts.script, word)):
        return word
    for place, character in enumerate(word):
        mark = unicodedata.category(character).startswith("M") or character in _JOINERS
        kept += ("\u200b" if place and place % 10 == 0 and not mark else "") + character
    return kept
