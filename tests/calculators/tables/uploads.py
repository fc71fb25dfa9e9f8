"""Tables to send, and workers that finish them."""

from datetime import datetime

from portal.calculators.tables import service
from portal.calculators.tables.models import Batch

TRAINS = b"name,mode,length\nAda,train,100\nBo,sled,5\nCy,train,300\n"


def many(rows: int) -> bytes:
    return b"mode,length\n" + b"train,1\n" * rows


def finish(found: Batch, now: datetime) -> int:
    slices = 0
    while service.calculate_next(batch_id=found.pk, now=now):
        slices += 1
    return slices
