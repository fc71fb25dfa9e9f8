"""What still has to be sent of the evidence against a dispute. Knows the shape of the SDK's objects, not the SDK."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import Any

from portal.payments.gateway import EvidenceFile

EVIDENCE = "evidence_document"  # the SDK's `DocumentUpload.Kind.EvidenceDocument`


class _Upload(BytesIO):
    """A document with the name by which the SDK tells its type."""

    def __init__(self, file: EvidenceFile) -> None:
        super().__init__(file.content)
        self.name = file.name


def missing(
    sdk: Any, dispute: Any, *, texts: Sequence[str], files: Sequence[EvidenceFile]
) -> Iterator[Callable[[str], Any]]:
    """What is to be done with the dispute's id. Files are known by their number, since the gateway keeps no names."""
    sent = list(dispute.evidence or ())
    known = {getattr(each, "comment", None) for each in sent}
    yield from (partial(_add_text, sdk, text) for text in texts if text not in known)
    arrived = sum(bool(getattr(each, "url", None)) for each in sent)
    yield from (partial(_add_file, sdk, file) for file in files[arrived:])


def _add_text(sdk: Any, text: str, dispute_id: str) -> Any:
    return sdk.dispute.add_text_evidence(dispute_id, text)


def _add_file(sdk: Any, file: EvidenceFile, dispute_id: str) -> Any:
    stored = sdk.document_upload.create({"kind": EVIDENCE, "file": _Upload(file)})
    return sdk.dispute.add_file_evidence(dispute_id, stored.document_upload.id) if stored.is_success else stored
