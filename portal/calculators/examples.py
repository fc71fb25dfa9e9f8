"""Core: answers to each calculator that make sense, for whoever tries one out. Tests calculate all of them."""

from collections.abc import Mapping
from typing import Any

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "flight": {
        "trips": [
            {"origin": "NBO", "destination": "GVA", "via": "CDG", "cabin": "economy", "passengers": 2},
            {"origin": "GVA", "destination": "LHR", "is_return": False},
        ],
    },
}
