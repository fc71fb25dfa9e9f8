"""Core: answers to each calculator that make sense, for whoever tries one out. Tests calculate all of them."""

from collections.abc import Mapping
from typing import Any

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "household": {
        "country": "KE",
        "people": 3,
        "electricity": {"value": "120", "unit": "kWh/month"},
        "heating": "charcoal",
        "charcoal": {"value": "5", "unit": "kg/week"},
        "cars": [{"size": "small", "fuel": "petrol", "driving": 8000}],
        "bus": {"value": "4", "unit": "passenger*hour/week"},
        "long_flights": 1,
        "diet": "low_meat",
        "things": [{"what": "smartphone", "count": 1}],
    },
    "flight": {
        "trips": [
            {"origin": "NBO", "destination": "GVA", "via": "CDG", "cabin": "economy", "passengers": 2},
            {"origin": "GVA", "destination": "LHR", "is_return": False},
        ],
    },
}
