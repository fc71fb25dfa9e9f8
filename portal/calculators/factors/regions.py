"""Core: where a territory's factor is looked for when it has none of its own: with whom it shares a grid or a market.

Territories that no source names take the row of the state they belong to; members of the European Union take a row for
the Union before the world's.
"""

from collections.abc import Mapping

_STATE = {
    "AX": "FI",
    "BL": "FR",
    "BV": "NO",
    "CC": "AU",
    "CX": "AU",
    "GG": "GB",
    "GS": "GB",
    "HM": "AU",
    "IM": "GB",
    "IO": "GB",
    "JE": "GB",
    "MC": "FR",
    "NF": "AU",
    "PN": "GB",
    "SJ": "NO",
    "SM": "IT",
    "TF": "FR",
    "TK": "NZ",
    "UM": "US",
    "VA": "IT",
    "WF": "FR",
}
_UNION = (  # members since 2020
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)

PARENTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_UNION, ("EU",)),
    **{code: (state, "EU") if state in _UNION else (state,) for code, state in _STATE.items()},
}
