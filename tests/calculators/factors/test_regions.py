"""Where a territory without figures of its own looks for one."""

import pytest

from portal.calculators.factors.regions import PARENTS
from portal.countries import country_codes


def test_the_union_has_its_members():
    """Regulation and treaty: twenty-seven since 2020. Britain left; Switzerland, Norway and Kosovo are none."""
    members = {code for code, parents in PARENTS.items() if parents == ("EU",)}
    assert len(members) == 27
    assert not members & {"GB", "CH", "NO", "XK", "IS", "UA", "TR"}
    assert {"FR", "DE", "HR", "IE", "GR", "CY"} <= members


@pytest.mark.parametrize(
    ("territory", "parents"),
    [
        ("AX", ("FI", "EU")),
        ("MC", ("FR", "EU")),
        ("VA", ("IT", "EU")),
        ("JE", ("GB",)),
        ("GG", ("GB",)),
        ("IM", ("GB",)),
        ("GS", ("GB",)),
        ("SJ", ("NO",)),
        ("TK", ("NZ",)),
        ("UM", ("US",)),
        ("NF", ("AU",)),
    ],
)
def test_a_territory_that_no_source_names_takes_the_row_of_its_state(territory, parents):
    assert PARENTS[territory] == parents


def test_everything_that_is_named_is_a_country():
    named = {*PARENTS, *(parent for parents in PARENTS.values() for parent in parents)} - {"EU"}
    assert named <= country_codes()
    assert "EU" not in country_codes()
    assert {"NA", "XK"} <= country_codes()


def test_nobody_is_a_parent_of_itself():
    assert not [code for code, parents in PARENTS.items() if code in parents]
