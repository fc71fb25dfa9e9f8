"""The cards a visitor can pay with while a provider's account lives in the simulator.

The nonces are understood by `portal.payments.simulator`, which documents them; the labels are the payment page's.
Purchasers never see them in the sandbox or in production, where cards are entered in Braintree's hosted fields.
"""

from portal.payments.gateway import SampleCard

SAMPLE_CARDS: tuple[SampleCard, ...] = (
    SampleCard(nonce="fake-valid-visa-nonce", brand="Visa", last_four="1881", label_key="approved"),
    SampleCard(nonce="fake-valid-mastercard-nonce", brand="Mastercard", last_four="4444", label_key="approved"),
    SampleCard(nonce="fake-processor-declined-visa-nonce", brand="Visa", last_four="1115", label_key="declined"),
    SampleCard(
        nonce="fake-gateway-rejected-fraud-nonce", brand="Visa", last_four="1881", label_key="rejected_as_fraud"
    ),
    SampleCard(
        nonce="fake-simulator-authentication-nonce", brand="Visa", last_four="3220", label_key="needs_authentication"
    ),
    SampleCard(nonce="fake-simulator-sale-delay-nonce", brand="Visa", last_four="1002", label_key="slow_answer"),
    SampleCard(nonce="fake-simulator-sale-drop-nonce", brand="Visa", last_four="1004", label_key="lost_answer"),
    SampleCard(nonce="fake-simulator-sale-error-before-nonce", brand="Visa", last_four="1005", label_key="never_asked"),
    SampleCard(
        nonce="fake-simulator-submit-drop-nonce", brand="Visa", last_four="2004", label_key="lost_capture_answer"
    ),
    SampleCard(
        nonce="fake-simulator-submit-decline-nonce", brand="Visa", last_four="2001", label_key="capture_refused_once"
    ),
    SampleCard(
        nonce="fake-simulator-settlement-decline-nonce", brand="Visa", last_four="8001", label_key="settlement_refused"
    ),
)
