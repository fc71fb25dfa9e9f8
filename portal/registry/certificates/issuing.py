"""From what the portal and the registry know of a cancellation to the facts its certificate states."""

from dataclasses import replace
from typing import Any

from django.conf import settings

from portal.registry.certificates.facts import CertificateFacts, PrintedBlock
from portal.registry.connectors import Receipt
from portal.registry.models import Cancellation, IssuanceBlock
from portal.registry.vocabulary import ARTICLE_6_4_UNITS


def facts_of(cancellation: Cancellation, receipt: Receipt, *, code: str, verify_url: str) -> CertificateFacts:
    """Return the facts of the first version of a certificate, copied so that no later change can reach them."""
    block = cancellation.issuance_block
    activity = block.activity
    statement = cancellation.statement
    return CertificateFacts(
        code=code,
        version=1,
        locale=cancellation.locale,
        verify_url=verify_url,
        unit_type=_unit_type(block),
        unit_status=_unit_status(block),
        quantity=cancellation.quantity,
        serial_blocks=tuple(PrintedBlock(*block.printed(part), part.count) for part in sorted(receipt.blocks)),
        activity_code=activity.code,
        activity_title=activity.title,
        host_country=activity.host_country,
        technology=activity.technology,
        methodologies=activity.methodologies,
        monitoring_start=block.monitoring_start_date,
        monitoring_end=block.monitoring_end_date,
        vintage_year=block.vintage_year if block.unit_type in ARTICLE_6_4_UNITS else None,
        registry_name=settings.REGISTRY_NAME,
        registry_transaction=receipt.transaction_number,
        cancelled_at=receipt.completed_at,
        statement=replace(statement, beneficiary_type=statement.beneficiary_type or "other"),
        provider_name=cancellation.provider_name,
        is_sample=cancellation.is_sample or activity.is_sample,
    )


def _unit_type(block: IssuanceBlock) -> Any:
    return "A6.4ER" if block.unit_type in ARTICLE_6_4_UNITS else block.unit_type


def _unit_status(block: IssuanceBlock) -> str:
    """Print what can change in an A6.4ER's life: family, status, authorized uses, conditions, first transfer."""
    if block.unit_type not in ARTICLE_6_4_UNITS:
        return ""
    parts = [block.unit_type, block.mcu_status, block.authorised_uses, block.conditions]
    return ", ".join(part for part in [*parts, "FT" if block.is_first_transferred else ""] if part)
