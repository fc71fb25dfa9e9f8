"""The ledger of payments is kept by the database itself, whoever writes to it.

On PostgreSQL the check locks the row of the payment, so that of two refunds at once the second sees the first. It waits
for nobody who only adds events. SQLite has one writer at a time. Emptying whole tables, as a restore does, is not meant
by this, and stays possible: TRUNCATE on PostgreSQL.

SQLite forgets triggers when Django makes a table anew to change a column: a migration that alters payment events ends
with `lay_down` of this one.
"""

from django.db import migrations, models
from django.db.models import Q

GIVES_BACK = "NEW.result = 'succeeded' AND NEW.action IN ('refund', 'chargeback', 'reversal')"
SIGN = (
    "CASE WHEN action IN ('capture', 'receipt', 'recovery') THEN 1"
    " WHEN action IN ('refund', 'chargeback', 'reversal') THEN -1 ELSE 0 END"
)
KEPT = "payment events are never changed or deleted"
TOO_MUCH = "more would be given back than came"

ON_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION payment_event_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER payment_event_is_kept BEFORE UPDATE OR DELETE ON payments_paymentevent
    FOR EACH ROW EXECUTE FUNCTION payment_event_is_kept()""",
    f"""CREATE OR REPLACE FUNCTION payment_event_gives_back() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM payments_payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;
        IF (SELECT coalesce(sum({SIGN} * amount), 0) FROM payments_paymentevent
            WHERE payment_id = NEW.payment_id AND result = 'succeeded') < NEW.amount THEN
            RAISE EXCEPTION '{TOO_MUCH}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$""",
    f"""CREATE TRIGGER payment_event_gives_back BEFORE INSERT ON payments_paymentevent
    FOR EACH ROW WHEN ({GIVES_BACK}) EXECUTE FUNCTION payment_event_gives_back()""",
)
# Amounts are floating numbers there, so they are counted in thousandths
ON_SQLITE = (
    *(
        f"""CREATE TRIGGER payment_event_is_kept_from_{what.lower()} BEFORE {what} ON payments_paymentevent
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"""
        for what in ("UPDATE", "DELETE")
    ),
    f"""CREATE TRIGGER payment_event_gives_back BEFORE INSERT ON payments_paymentevent WHEN {GIVES_BACK}
    BEGIN
        SELECT RAISE(ABORT, '{TOO_MUCH}') WHERE (
            SELECT coalesce(sum({SIGN} * CAST(round(amount * 1000) AS INTEGER)), 0) FROM payments_paymentevent
            WHERE payment_id = NEW.payment_id AND result = 'succeeded'
        ) < CAST(round(NEW.amount * 1000) AS INTEGER);
    END""",
)
GONE = {
    "postgresql": (
        "DROP TRIGGER payment_event_gives_back ON payments_paymentevent",
        "DROP TRIGGER payment_event_is_kept ON payments_paymentevent",
        "DROP FUNCTION payment_event_gives_back()",
        "DROP FUNCTION payment_event_is_kept()",
    ),
    "sqlite": (
        "DROP TRIGGER payment_event_gives_back",
        "DROP TRIGGER payment_event_is_kept_from_update",
        "DROP TRIGGER payment_event_is_kept_from_delete",
    ),
}


def complete(apps, _schema_editor):
    """Balances are derived from events from now on: write down what only the states of payments said."""
    events = apps.get_model("payments", "PaymentEvent").objects
    taken = events.filter(payment=models.OuterRef("pk"), action="capture", result="succeeded")
    payments = apps.get_model("payments", "Payment").objects.annotate(is_taken=models.Exists(taken))
    for state, is_taken, action in (("captured", False, "capture"), ("capture_failed", True, "reversal")):
        for each in payments.filter(state=state, is_taken=is_taken):
            events.create(
                payment=each,
                action=action,
                result="succeeded",
                amount=each.amount,
                code=each.code,
                happened_at=each.checked_at,
            )


def lay_down(_apps, schema_editor):
    """Put the triggers where they are not."""
    for statement in ON_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else ON_SQLITE:
        schema_editor.execute(statement)


def take_up(_apps, schema_editor):
    for statement in GONE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0004_rails"),
    ]

    operations = [
        migrations.AlterField(
            model_name="paymentevent",
            name="action",
            field=models.CharField(
                choices=[
                    ("authorise", "Authorise"),
                    ("capture", "Capture"),
                    ("void", "Release"),
                    ("find", "Look up"),
                    ("receipt", "Money received"),
                    ("reversal", "Reversal"),
                    ("refund", "Refund"),
                    ("chargeback", "Chargeback"),
                ],
                max_length=12,
                verbose_name="action",
            ),
        ),
        migrations.AlterField(
            model_name="paymentevent",
            name="result",
            field=models.CharField(
                choices=[
                    ("requested", "Requested"),
                    ("succeeded", "Succeeded"),
                    ("failed", "Failed"),
                    ("pending", "Pending"),
                    ("unknown", "Unknown"),
                ],
                max_length=12,
                verbose_name="result",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentevent",
            constraint=models.CheckConstraint(condition=Q(amount__gt=0), name="payment_event_has_amount"),
        ),
        migrations.RunPython(complete, migrations.RunPython.noop),
        migrations.RunPython(lay_down, take_up),
    ]
