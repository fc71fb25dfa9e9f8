"""Core: answers to each calculator that make sense, for whoever tries one out. Tests calculate all of them."""

from collections.abc import Mapping
from typing import Any

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "household": {
        "country": "FR",
        "people": 3,
        "electricity": {"value": 250, "unit": "kWh/month"},
        "heating": "gas",
        "dwelling": "house",
        "area": 95,
        "gas": {"value": 9000, "unit": "kWh_gross/year"},
        "cars": [{"size": "medium", "fuel": "petrol", "driving": {"value": 11000, "unit": "km/year"}}],
        "train": {"value": 3000, "unit": "km/year"},
        "medium_flights": 3,
        "cabin": "economy",
        "diet": "medium_meat",
    },
    "flight": {
        "trips": [
            {"origin": "NBO", "destination": "GVA", "via": "CDG", "cabin": "economy", "passengers": 2},
            {"origin": "GVA", "destination": "LHR", "is_return": False},
        ],
    },
    "business": {
        "organisation": "Example Bakery",
        "country": "ES",
        "employees": 24,
        "sites": [
            {"site": "Main bakery", "site_country": "ES", "electricity": 86000, "gas": 140000},
            {"site": "Shop", "site_country": "PT", "electricity": 12500, "supply": "renewable", "covered": 100},
        ],
        "fleet_diesel": {"value": 5200, "unit": "litre/year"},
        "refrigerants": [{"refrigerant": "r134a", "refilled": "1.5"}],
        "purchases": [{"what": "packaging", "amount": "18000", "currency": "eur", "spent_in": "2024"}],
        "flights": [{"from_airport": "BCN", "to_airport": "LIS", "journeys": 6}],
        "commuting": [{"way": "car", "people": 9, "daily": 22, "days": 215, "riders": "1.2"}],
    },
    "event": {
        "event_name": "Annual meeting",
        "mode": "planning",
        "kind": "meeting",
        "country": "KE",
        "airport": "NBO",
        "days": 2,
        "participants": 180,
        "crew": 20,
        "travellers": [
            {"people": 40, "by": "plane", "from_airport": "GVA"},
            {"people": 60, "by": "coach", "km": 140},
            {"people": 100, "by": "car", "km": 25, "riders": 2},
        ],
        "hotels": [{"hotel_country": "KE", "nights": 60}],
        "is_reusable": True,
        "online": 350,
        "online_hours": 12,
    },
    "trip": {"name": "Amina", "mode": "train", "length": 320, "is_return": True, "country": "FR"},
}
