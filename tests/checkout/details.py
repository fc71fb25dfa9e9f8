"""What Alma types about a purchase on behalf of her club."""

import uuid
from typing import Any

from django.utils.datastructures import MultiValueDict

from portal.checkout.forms import DetailsForm

TYPED = {
    "purchaser_name": "Alma Prado",
    "purchaser_email": "alma@example.org",
    "purchaser_type": "individual",
    "purchaser_country": "CL",
    "beneficiary_name": "Club Andino",
    "beneficiary_type": "organisation",
    "beneficiary_country": "PE",
    "purpose": "travel",
    "purpose_text": "",
    "is_public": "yes",
    "consent": "on",
    "submission": str(uuid.UUID(int=7)),
    "preview_digest": "",
}


def details(**changes: Any) -> DetailsForm:
    """What Alma types on behalf of her club, with changes; None leaves a field out as a browser does."""
    typed = {name: value for name, value in {**TYPED, **changes}.items() if value is not None}
    return DetailsForm(MultiValueDict({name: [value] for name, value in typed.items()}))
