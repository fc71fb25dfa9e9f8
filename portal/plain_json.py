"""JSON as the portal hands it out: the same data, the same bytes."""

import json
from typing import Any


def encoded(data: Any) -> bytes:
    """Write data as JSON in UTF-8; half characters, which JSON may spell and UTF-8 may not, as JSON spells them."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
