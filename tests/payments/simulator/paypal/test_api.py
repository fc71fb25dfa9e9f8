"""What the simulated PayPal answers to whoever asks, in the shape that PayPal has."""

import json

import pytest

from tests.payments.simulator.paypal.conftest import ORDER, issue, request

EUROS = {"amount": {"currency_code": "EUR", "value": "10.00"}}


def authorised(api, simulator) -> tuple[str, str]:
    """The numbers of an order and of its authorisation."""
    number = api("POST", "/v2/checkout/orders", ORDER)[2]["id"]
    simulator.paypal.approve(number)
    order = api("POST", f"/v2/checkout/orders/{number}/authorize", {})[2]
    return number, order["purchase_units"][0]["payments"]["authorizations"][0]["id"]


def test_an_order_says_where_its_payer_agrees(api, simulator):
    status, _, order = api("POST", "/v2/checkout/orders", ORDER)
    assert (status, order["status"], order["intent"]) == (201, "PAYER_ACTION_REQUIRED", "AUTHORIZE")
    unit = order["purchase_units"][0]
    assert (unit["custom_id"], unit["payee"]) == ("order-1", {"merchant_id": "SOL"})
    links = {each["rel"]: each["href"] for each in order["links"]}
    assert links["payer-action"] == f"{simulator.url}/checkoutnow?token={order['id']}"


def test_money_goes_from_held_to_taken_to_given_back(api, simulator):
    number, held = authorised(api, simulator)
    status, _, capture = api("POST", f"/v2/payments/authorizations/{held}/capture", EUROS)
    assert (status, capture["status"], capture["amount"]["value"]) == (201, "COMPLETED", "10.00")
    part = {"amount": {"currency_code": "EUR", "value": "4.00"}}
    assert api("POST", f"/v2/payments/captures/{capture['id']}/refund", part)[2]["status"] == "COMPLETED"
    payments = api("GET", f"/v2/checkout/orders/{number}")[2]["purchase_units"][0]["payments"]
    assert {kind: [each["status"] for each in found] for kind, found in payments.items()} == {
        "authorizations": ["CAPTURED"],
        "captures": ["PARTIALLY_REFUNDED"],
        "refunds": ["COMPLETED"],
    }


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ({"amount": {"currency_code": "KWD", "value": "1.000"}}, (422, "CURRENCY_NOT_SUPPORTED")),
        ({"amount": {"currency_code": "JPY", "value": "1.50"}}, (422, "DECIMAL_PRECISION")),
        ({"amount": {"currency_code": "EUR", "value": "1.505"}}, (422, "DECIMAL_PRECISION")),
        ({"amount": {"currency_code": "EUR", "value": "0"}}, (422, "CANNOT_BE_ZERO_OR_NEGATIVE")),
        ({"amount": {"currency_code": "EUR", "value": "ten"}}, (422, "INVALID_PARAMETER_SYNTAX")),
        ({"payee": {"merchant_id": "VENTO"}}, (403, "PERMISSION_DENIED")),
        ({"invoice_id": "i" * 128}, (400, "INVALID_STRING_MAX_LENGTH")),
        ({"amount": "ten euros"}, (400, "INVALID_REQUEST")),
    ],
)
def test_an_order_that_cannot_be_is_refused(api, unit, expected):
    order = ORDER | {"purchase_units": [ORDER["purchase_units"][0] | unit]}
    assert issue(api("POST", "/v2/checkout/orders", order)) == expected


@pytest.mark.parametrize("body", [b"{", b"[]", b"7", b'"text"'])
def test_what_is_not_json_of_its_kind_is_refused(api, body):
    assert issue(api("POST", "/v2/checkout/orders", body)) == (400, "MALFORMED_REQUEST_JSON")


@pytest.mark.parametrize("change", [{"intent": "CAPTURE"}, {"purchase_units": []}, {"purchase_units": [{}, {}]}])
def test_other_kinds_of_order_are_not_played_here(api, change):
    assert issue(api("POST", "/v2/checkout/orders", ORDER | change)) == (400, "INVALID_PARAMETER_VALUE")


def test_each_step_waits_for_the_one_before(api, simulator):
    number = api("POST", "/v2/checkout/orders", ORDER)[2]["id"]
    assert issue(api("POST", f"/v2/checkout/orders/{number}/authorize", {})) == (422, "ORDER_NOT_APPROVED")
    simulator.paypal.approve(number)
    order = api("POST", f"/v2/checkout/orders/{number}/authorize", {})[2]
    held = order["purchase_units"][0]["payments"]["authorizations"][0]["id"]
    assert issue(api("POST", f"/v2/checkout/orders/{number}/authorize", {})) == (422, "ORDER_ALREADY_AUTHORIZED")
    too_much = {"amount": {"currency_code": "EUR", "value": "10.01"}}
    capture = f"/v2/payments/authorizations/{held}/capture"
    assert issue(api("POST", capture, too_much)) == (422, "MAX_CAPTURE_AMOUNT_EXCEEDED")
    dollars = {"amount": {"currency_code": "USD", "value": "10.00"}}
    assert issue(api("POST", capture, dollars)) == (422, "CURRENCY_MISMATCH")
    assert api("POST", capture, EUROS)[0] == 201
    assert issue(api("POST", capture, EUROS)) == (422, "AUTHORIZATION_ALREADY_CAPTURED")
    assert issue(api("POST", f"/v2/payments/authorizations/{held}/void", {})) == (422, "PREVIOUSLY_CAPTURED")


def test_an_authorisation_is_renewed_only_after_its_three_days(api, simulator, clock):
    _, held = authorised(api, simulator)
    renew = f"/v2/payments/authorizations/{held}/reauthorize"
    assert issue(api("POST", renew, EUROS)) == (422, "REAUTHORIZATION_TOO_SOON")
    clock.advance(4 * 86_400)
    status, _, renewed = api("POST", renew, EUROS)
    assert (status, renewed["status"], renewed["id"] != held) == (201, "CREATED", True)
    clock.advance(26 * 86_400)
    assert issue(api("POST", renew, EUROS)) == (422, "AUTHORIZATION_EXPIRED")


def test_businesses_do_not_see_each_others_orders(api):
    number = api("POST", "/v2/checkout/orders", ORDER)[2]["id"]
    answer = api("GET", f"/v2/checkout/orders/{number}", keys="vento_client:sol_secret")
    assert issue(answer) == (404, "INVALID_RESOURCE_ID")


def test_an_address_that_is_none_is_not_found(api):
    assert api("GET", "/v2/checkout/baskets/1")[0] == 404


class TestTokens:
    @pytest.mark.parametrize("keys", ["sol_client:guessed", "nobody:sol_secret", "sol_client", ""])
    def test_without_the_right_keys_there_is_none(self, token, keys):
        status, _, answer = token(keys)
        assert (status, answer["error"]) == (401, "invalid_client")

    def test_another_kind_of_grant_is_refused(self, token):
        assert token(grant_type="password")[0] == 400

    def test_a_token_runs_out(self, simulator, token, clock):
        headers = {"Authorization": f"Bearer {token()[2]['access_token']}"}
        url = f"{simulator.url}/v2/checkout/orders/NONE"
        assert request(url, method="GET", headers=headers)[0] == 404
        clock.advance(32_401)
        assert request(url, method="GET", headers=headers)[0] == 401

    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Bearer sol_client.99999999999.guessed", "Basic x"])
    def test_a_token_that_is_nobodys_opens_nothing(self, simulator, header):
        url = f"{simulator.url}/v2/checkout/orders/NONE"
        assert request(url, method="GET", headers={"Authorization": header})[0] == 401


class TestRequestIds:
    def test_the_same_request_again_is_the_same_order_as_it_stands_now(self, api, simulator):
        first = api("POST", "/v2/checkout/orders", ORDER, "id-1")[2]
        simulator.paypal.approve(first["id"])
        again = api("POST", "/v2/checkout/orders", ORDER, "id-1")[2]
        assert (again["id"], again["status"]) == (first["id"], "APPROVED")

    def test_without_an_id_it_is_done_again(self, api):
        orders = [api("POST", "/v2/checkout/orders", ORDER)[2]["id"] for _ in range(2)]
        assert orders[0] != orders[1]

    def test_another_request_under_the_same_id_is_refused(self, api):
        api("POST", "/v2/checkout/orders", ORDER, "id-1")
        other = ORDER | {"purchase_units": [ORDER["purchase_units"][0] | {"custom_id": "order-2"}]}
        assert issue(api("POST", "/v2/checkout/orders", other, "id-1")) == (422, "DUPLICATE_REQUEST_ID")

    def test_orders_remember_six_hours_and_payments_longer(self, api, simulator, clock):
        first = api("POST", "/v2/checkout/orders", ORDER, "id-1")[2]["id"]
        _, held = authorised(api, simulator)
        capture = f"/v2/payments/authorizations/{held}/capture"
        taken = api("POST", capture, EUROS, "id-2")[2]["id"]
        clock.advance(7 * 3600)
        assert api("POST", "/v2/checkout/orders", ORDER, "id-1")[2]["id"] != first
        assert api("POST", capture, EUROS, "id-2")[2]["id"] == taken

    def test_a_request_that_was_refused_may_be_made_again(self, api, simulator):
        number = api("POST", "/v2/checkout/orders", ORDER)[2]["id"]
        assert api("POST", f"/v2/checkout/orders/{number}/authorize", {}, "id-1")[0] == 422
        simulator.paypal.approve(number)
        assert api("POST", f"/v2/checkout/orders/{number}/authorize", {}, "id-1")[0] == 201

    def test_an_id_without_end_is_refused(self, api):
        assert issue(api("POST", "/v2/checkout/orders", ORDER, "i" * 109)) == (400, "INVALID_STRING_LENGTH")


class TestDisputes:
    @pytest.fixture
    def capture(self, api, simulator) -> str:
        _, held = authorised(api, simulator)
        return api("POST", f"/v2/payments/authorizations/{held}/capture", EUROS)[2]["id"]

    @pytest.fixture
    def dispute(self, simulator, capture) -> str:
        return simulator.paypal.dispute(capture, "UNAUTHORISED")["id"]

    @pytest.fixture
    def show_evidence(self, simulator, token, dispute):
        """Send a form in parts, with its `input` and files, or whatever a test wants different."""

        def send(evidences, files=(), **changes):
            kind, body = form(evidences, files)
            headers = {"Authorization": f"Bearer {token()[2]['access_token']}", "Content-Type": kind} | changes
            url = f"{simulator.url}/v1/customer/disputes/{dispute}/provide-evidence"
            return request(url, method="POST", body=body, headers=headers)

        return send

    def test_a_dispute_names_what_it_is_about_and_a_list_does_not(self, api, dispute):
        found = api("GET", f"/v1/customer/disputes/{dispute}")[2]
        assert (found["status"], found["reason"]) == ("WAITING_FOR_SELLER_RESPONSE", "UNAUTHORISED")
        assert found["seller_response_due_date"] > found["create_time"]
        about = found["disputed_transactions"][0]
        assert about["custom"] == "order-1"
        listed = api("GET", f"/v1/customer/disputes?disputed_transaction_id={about['seller_transaction_id']}")[2]
        assert [(each["dispute_id"], "disputed_transactions" in each) for each in listed["items"]] == [(dispute, False)]
        assert api("GET", "/v1/customer/disputes?disputed_transaction_id=OTHER")[2]["items"] == []

    def test_lists_have_pages_and_reach_back_for_half_a_year(self, api, simulator, clock, capture):
        made = [simulator.paypal.dispute(capture, "UNAUTHORISED")["id"] for _each in range(3)]
        first = api("GET", "/v1/customer/disputes?page_size=2")[2]
        more = first["links"][0]["href"].removeprefix(simulator.url)
        second = api("GET", more)[2]
        assert [each["dispute_id"] for each in (*first["items"], *second["items"])] == made[::-1]
        assert second["links"] == []
        assert api("GET", "/v1/customer/disputes?update_time_after=2026-11-24T00:00:00Z")[2]["items"] == []
        assert api("GET", "/v1/customer/disputes?update_time_after=2026-01-01T00:00:00Z")[0] == 400

    @pytest.mark.parametrize(
        ("notes", "outcome"), [("here is it", "RESOLVED_SELLER_FAVOUR"), ("LOSE", "RESOLVED_BUYER_FAVOUR")]
    )
    def test_evidence_is_looked_at_and_somebody_wins(
        self, api, simulator, clock, dispute, show_evidence, notes, outcome
    ):
        answer = show_evidence([{"evidence_type": "OTHER", "notes": notes}], [("proof.pdf", b"%PDF-1.7")])
        assert (answer[0], answer[2]["links"][0]["rel"]) == (200, "self")
        found = api("GET", f"/v1/customer/disputes/{dispute}")[2]
        assert (found["status"], found["evidences"][0]["documents"]) == ("UNDER_REVIEW", [{"name": "proof.pdf"}])
        clock.advance(6)
        simulator.settle_due()
        assert api("GET", f"/v1/customer/disputes/{dispute}")[2]["dispute_outcome"] == {"outcome_code": outcome}

    def test_evidence_must_show_something_in_a_form_and_comes_once(self, api, show_evidence, dispute):
        assert issue(show_evidence([])) == (400, "MISSING_REQUIRED_PARAMETER")
        assert issue(show_evidence(None)) == (400, "MISSING_REQUIRED_PARAMETER")
        assert issue(show_evidence([{"notes": "x" * 2001}])) == (400, "INVALID_STRING_LENGTH")
        assert issue(show_evidence([{}], [("proof.pdf", b"plain")])) == (400, "INVALID_FILE_TYPE")
        as_json = api("POST", f"/v1/customer/disputes/{dispute}/provide-evidence", {"evidences": [{}]})
        assert issue(as_json) == (415, "UNSUPPORTED_MEDIA_TYPE")
        assert show_evidence([{}])[0] == 200
        assert issue(show_evidence([{}])) == (422, "CANNOT_PROVIDE_EVIDENCE")

    def test_a_claim_can_be_accepted_once(self, api, dispute):
        path = f"/v1/customer/disputes/{dispute}/accept-claim"
        assert api("POST", path, {})[2]["links"][0]["rel"] == "self"
        found = api("GET", f"/v1/customer/disputes/{dispute}")[2]
        assert found["dispute_outcome"] == {"outcome_code": "RESOLVED_BUYER_FAVOUR"}
        assert issue(api("POST", path, {})) == (422, "DISPUTE_ALREADY_RESOLVED")

    @pytest.mark.parametrize("operation", ["evidence", "accept", "disputes", "find"])
    def test_disputes_misbehave_on_demand(self, api, simulator, show_evidence, dispute, operation):
        simulator.faults.add(operation=operation, kind="error_before", code="503")
        calls = {
            "evidence": lambda: show_evidence([{}]),
            "accept": lambda: api("POST", f"/v1/customer/disputes/{dispute}/accept-claim", {}),
            "disputes": lambda: api("GET", "/v1/customer/disputes"),
            "find": lambda: api("GET", f"/v1/customer/disputes/{dispute}"),
        }
        assert [calls[operation]()[0] for _twice in range(2)] == [503, 200]


def form(evidences, files) -> tuple[str, bytes]:
    """A form in parts as PayPal takes it, and its type."""
    parts = [b'name="input"\r\nContent-Type: application/json\r\n\r\n' + json.dumps({"evidences": evidences}).encode()]
    for number, (name, content) in enumerate(files, 1):
        head = f'name="file{number}"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
        parts.append(head.encode() + content)
    body = b"".join(b"--limit\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
    return "multipart/form-data; boundary=limit", body + b"--limit--\r\n"
