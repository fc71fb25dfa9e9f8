"""What people type wrongly: a sentence beside the field, a summary at the top, and nothing that was typed is lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import Browsing
from tests.e2e.running import Portal
from tests.e2e.walk import NITROUS_OXIDE, Purchase, Walker

NOT_WHOLE = "Enter a whole number of units, such as 12. Parts of a unit cannot be cancelled."
TOO_MANY = "units are left of this listing. Enter a smaller number, or choose another listing."
QUANTITIES = {
    "": "Enter how many units you want to cancel.",
    "0": "The smallest order is 1 unit.",
    "-1": "The smallest order is 1 unit.",
    "1.5": NOT_WHOLE,
    "a dozen": NOT_WHOLE,
    "1000000000000": TOO_MANY,
}


def assert_wrong(page: Page, field: str, message: str, *, value: str) -> None:
    """The message stands beside the field and in the summary; both are tied to the field, which keeps its value."""
    control = page.locator(f"#id_{field}")
    beside = page.locator(f"#id_{field}_error")
    expect(beside).to_contain_text(message)
    expect(control).to_have_value(value)
    expect(control).to_have_attribute("aria-invalid", "true")
    assert f"id_{field}_error" in (control.get_attribute("aria-describedby") or "").split()
    expect(page.locator(f"[data-error-summary] a[href='#id_{field}']")).to_contain_text(message)
    assert page.title().startswith("Error: ")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_quantity_that_cannot_be_is_explained_beside_its_field(
    portal: Portal, browse: Browsing, quantity: str, scripts: bool
) -> None:
    page = browse.visitor(scripts=scripts)
    page.goto(f"{portal.url}{_listing(page, portal)}")
    page.locator("#id_quantity").fill(quantity)
    page.locator("button[name=continue]").click()
    assert_wrong(page, "quantity", QUANTITIES[quantity], value=quantity)
    if scripts:
        expect(page.locator("[data-error-summary]")).to_be_focused()
        page.locator("[data-error-summary] a").click()
        expect(page.locator("#id_quantity")).to_be_focused()


def _listing(page: Page, portal: Portal) -> str:
    """Return the address where the first listing of a story asks how many."""
    page.goto(f"{portal.url}/en/projects/{NITROUS_OXIDE.slug}/")
    action = page.locator(".buy-form").get_attribute("action")
    assert action
    return action.removesuffix("details/")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_details_keep_what_was_typed_while_they_are_put_right(portal: Portal, browse: Browsing, scripts: bool) -> None:
    page = browse.visitor(scripts=scripts)
    page.goto(f"{portal.url}{_listing(page, portal)}details/?quantity=2")
    page.locator("[name=purchaser_email]").fill("noor@")
    page.locator("[name=purchaser_type][value=organisation]").check()
    page.locator("[name=beneficiary_same]").uncheck()
    page.locator("[name=purpose][value=own]").check()
    page.locator("[name=purpose_text]").fill("Für  Zoë,\n年")
    page.locator("[name=is_public][value=no]").check()
    page.locator("main form .actions .button[type=submit]").click()

    assert_wrong(page, "purchaser_name", "Enter the name of the person or organisation that pays.", value="")
    complete = "Enter a complete e-mail address, such as name@example.org."
    assert_wrong(page, "purchaser_email", complete, value="noor@")
    assert_wrong(page, "beneficiary_name", "Enter on whose behalf the units are cancelled.", value="")
    expect(page.locator("#id_consent_error")).to_contain_text("Tick the box if you agree to what becomes public.")
    expect(page.locator("[name=purchaser_type][value=organisation]")).to_be_checked()
    expect(page.locator("[name=beneficiary_same]")).not_to_be_checked()
    expect(page.locator("[name=purpose][value=own]")).to_be_checked()
    expect(page.locator("[name=purpose_text]")).to_have_value("Für  Zoë,\n年")
    expect(page.locator("[name=is_public][value=no]")).to_be_checked()
    if scripts:
        expect(page.locator("[data-error-summary]")).to_be_focused()


def test_consent_is_asked_again_when_something_else_would_become_public(portal: Portal, browse: Browsing) -> None:
    """Without scripts the page shows one thing, and another is typed before the form is sent."""
    page = browse.visitor(scripts=False)
    walker = Walker(page, portal.url, has_scripts=False)
    page.goto(f"{portal.url}{_listing(page, portal)}details/?quantity=2")
    walker.fill_in_details(Purchase(beneficiary="The village school"))
    walker.read_preview(Purchase(beneficiary="The village school"))
    page.locator("[name=beneficiary_name]").fill("The village hall")
    page.locator("[name=consent]").check()
    page.locator("main form .actions .button[type=submit]").click()
    expect(page.locator("#id_consent_error")).to_contain_text(
        "Please check below what becomes public, then agree to it."
    )
    expect(page.locator("#preview .extract")).to_contain_text("The village hall")


def test_a_code_with_a_slip_and_a_code_that_was_never_issued_are_told_apart(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    page.goto(f"{portal.url}/en/verify/?code=7K4M-9QXD-2F6P")
    slip = "This is not a code of ours. Please compare it with the certificate; one character may be wrong."
    assert_wrong(page, "code", slip, value="7K4M-9QXD-2F6P")
    expect(page.locator("[data-error-summary]")).to_be_focused()


def test_a_filter_with_a_slip_says_so_and_shows_what_the_others_find(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    page.goto(f"{portal.url}/en/projects/?country=PK&price_min=cheap&currency=EUR")
    assert page.locator("#id_price_min").input_value() == "cheap"
    expect(page.locator("#id_price_min_error")).to_contain_text("Enter a price, such as 2.50.")
    expect(page.locator("#results .cards > li")).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_changing_the_language_of_the_details_loses_nothing(portal: Portal, browse: Browsing, scripts: bool) -> None:
    page = browse.visitor(scripts=scripts)
    page.goto(f"{portal.url}{_listing(page, portal)}details/?quantity=2")
    page.locator("[name=purchaser_name]").fill("Zoë Ñandú")
    page.locator(".languages a[hreflang=fr]" if scripts else "main [data-language=fr]").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("[name=purchaser_name]")).to_have_value("Zoë Ñandú")
    expect(page.locator("[data-error-summary]")).to_have_count(0)
