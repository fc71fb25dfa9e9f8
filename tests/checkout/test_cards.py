"""What a purchaser pays with: the name of a card, never the card."""

from portal.checkout.cards import PayForm


def test_a_sample_card_is_one_of_those_offered() -> None:
    cards = [("fake-valid-visa-nonce", "Visa"), ("fake-processor-declined-visa-nonce", "Visa, declined")]
    assert PayForm({"nonce": "fake-valid-visa-nonce"}, cards=cards).is_valid()
    assert PayForm({}, cards=cards).errors == {"nonce": ["Choose a card."]}
    assert list(PayForm({"nonce": "4111111111111111"}, cards=cards).errors) == ["nonce"]


def test_hosted_fields_hand_over_a_name_for_the_card() -> None:
    form = PayForm({"nonce": "tokencc_abc", "device_data": '{"id":"1"}'})
    assert form.is_valid()
    assert form.cleaned_data == {"nonce": "tokencc_abc", "device_data": '{"id":"1"}'}
    assert PayForm({"nonce": ""}).errors == {"nonce": ["Choose a card, or fill in the card fields."]}
    assert list(PayForm({"nonce": "x" * 256}).errors) == ["nonce"]
