"""What becomes public of an order, and that consent is given to exactly that."""

from dataclasses import asdict, replace
from typing import Any

from portal.checkout.consent import Details, PublicUnits, PublicView, published
from portal.registry.statement import Statement
from tests.world import DETAILS

RIVER = replace(DETAILS, purpose="own", purpose_text="For the river.")


def view(*, quantity: int = 3, unit_type: str = "CER", activity_title: str = "Wind power at Punta Larga", **said: Any):
    details: Details = replace(RIVER, **said)
    return PublicView(
        units=(PublicUnits(quantity=quantity, unit_type=unit_type, activity_title=activity_title),),
        statement=published(details, measured=None, locale="en"),
        is_public=details.is_public,
    )


def test_an_anonymous_view_keeps_the_units_and_nothing_of_the_person():
    anonymous = view(is_public=False)
    assert [(each.quantity, each.unit_type, each.activity_title) for each in anonymous.units] == [
        (3, "CER", "Wind power at Punta Larga")
    ]
    assert anonymous.statement == Statement.EMPTY
    told = asdict(anonymous.statement)
    assert set(told.values()) == {"", None}
    assert {"beneficiary_name", "beneficiary_type", "beneficiary_country", "purpose"} <= told.keys()


def test_consent_is_to_one_view_and_to_no_other():
    digests = {
        view(**change).digest()
        for change in (
            {},
            {"quantity": 4},
            {"unit_type": "lCER"},
            {"activity_title": "Wind power"},
            {"beneficiary_name": "Alma"},
            {"beneficiary_type": "other"},
            {"beneficiary_country": "PE"},
            {"purpose_text": "For the rivers."},
            {"is_public": False},
        )
    }
    assert len(digests) == 9
    assert view().digest() == view().digest()


def test_anonymous_views_do_not_tell_who_asked():
    assert view(is_public=False).digest() == view(is_public=False, beneficiary_name="Nil", purpose_text="").digest()
