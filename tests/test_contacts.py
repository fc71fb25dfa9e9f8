"""What looks as if somebody could be reached by it, and what only has a dot or digits."""

import pytest

from portal.contacts import ways_to_reach


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to alma@example.org.", ["alma@example.org"]),
        ("<Alma.Prado+co2@mail.example.co.uk>", ["Alma.Prado+co2@mail.example.co.uk"]),
        ("alma＠example.org", ["alma@example.org"]),
        ("أحمد@مثال.مصر", ["أحمد@مثال.مصر"]),
        ("See https://example.org/a?b=c, please", ["https://example.org/a?b=c"]),
        ("www.example.museum", ["www.example.museum"]),
        ("Find us at example.org!", ["example.org"]),
        ("(club-andino.pe/socios)", ["club-andino.pe/socios"]),
        ("t.me/climate", ["t.me/climate"]),
        ("Booking.com", ["Booking.com"]),
        ("münchen.de", ["münchen.de"]),
        ("+44 20 7946 0958", ["+44 20 7946 0958"]),
        ("Call (020) 7946-0958 now", ["(020) 7946-0958"]),
        ("06 12 34 56 78", ["06 12 34 56 78"]),
        ("06.12.34.56.78", ["06.12.34.56.78"]),
        ("0612345678", ["0612345678"]),
        ("612 345 678", ["612 345 678"]),
        ("612345678", ["612345678"]),
        ("555-0199", ["555-0199"]),
        ("12 34 56 78", ["12 34 56 78"]),
        ("001 202 555 0199", ["001 202 555 0199"]),
        ("+44 20 2026 0958", ["+44 20 2026 0958"]),
        ("٠٦١٢٣٤٥٦٧٨", ["0612345678"]),
        ("a@b.org, a@b.org or +33612345678", ["a@b.org", "+33612345678"]),
    ],
)
def test_what_somebody_can_be_reached_by_is_found(text: str, found: list[str]) -> None:
    assert ways_to_reach(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2025/26",
        "2025-2026",
        "2024, 2025 and 2026",
        "2024 2025 2026",
        "1 to 3 May 2026",
        "01.05.2026–03.05.2026",
        "01.05.2026-03.05.2026",
        "01/05/2026 - 03/05/2026",
        "05/01/26-05/03/26",
        "2026-05-01 2026-05-03",
        "2026-05-01/2026-05-03",
        "1,000,000 units",
        "12 345 678 t",
        "1.000.000.000 kg",
        "1234567 kWh",
        "ISO 14064-1:2018",
        "CDM-5461 and A6.4ER",
        "Prado S.A., M.Sc. and Ph.D.",
        "St.Gallen e.V.",
        "For the river.And the hills",
        "Made at home @ noon",
        "3.5 t CO2e per head",
        "Société Générale d'Électricité du Sénégal",
        "株式会社サンプル",
    ],
)
def test_times_amounts_and_names_are_nothing_to_reach_anybody_by(text: str) -> None:
    assert ways_to_reach(text) == []
