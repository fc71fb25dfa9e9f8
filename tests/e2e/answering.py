"""A calculator as somebody in front of a browser answers it: section after section, with or without scripts."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, expect

from tests.e2e.inspection import overflow
from tests.e2e.walk import Walker

# Marks the page from anything that is typed until a new total is asked for, for which the page waits a little.
UNASKED = """
  addEventListener("input", ({ target }) => {
    if (target.closest("#calculator") && document.getElementById("total-so-far")) {
      document.documentElement.dataset.unasked = "";
    }
  }, true);
  addEventListener("htmx:beforeRequest", ({ target }) => {
    if (target.id === "total-so-far") delete document.documentElement.dataset.unasked;
  });
"""
DECIMAL = {"en": "4200.5", "fr": "4\u202f200,5", "es": "4 200,5"}


@dataclass(frozen=True, kw_only=True)
class Task:
    """What somebody tells a calculator: items to add, and answers, as they come by on the way."""

    kind: str
    items: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    is_shared: bool = False


TASKS = {
    task.kind: task
    for task in (
        Task(
            kind="flight",
            items=("trips",),
            answers={
                "trips-0-origin": "Zurich",
                "trips-0-destination": "Nairobi",
                "trips-1-origin": "jfk",
                "trips-1-destination": "Heathrow",
                "trips-1-passengers": "2",
            },
        ),
        Task(
            kind="household",
            items=("cars",),
            answers={
                "country": "FR",
                "people": "3",
                "electricity": "decimal",
                "electricity-unit": "kWh/month",
                "cars-0-driving": "9000",
                "long_flights": "2",
            },
            is_shared=True,
        ),
        Task(
            kind="business",
            items=("sites", "rides"),
            answers={
                "country": "KE",
                "employees": "12",
                "sites-0-site": "Mühle « Ουρανός »",
                "sites-0-electricity": "decimal",
                "fleet_diesel": "800",
                "rides-0-ridden": "4000",
            },
            is_shared=True,
        ),
        Task(
            kind="event",
            items=("travellers",),
            answers={
                "country": "KE",
                "participants": "40",
                "travellers-0-people": "10",
                "travellers-0-by": "coach",
                "travellers-0-km": "120",
            },
            is_shared=True,
        ),
    )
}


class Asked:
    """Somebody in front of a calculator."""

    def __init__(self, walker: Walker, task: Task) -> None:
        self.walker, self.page, self.task = walker, walker.page, task
        self.told: set[str] = set()
        if walker.has_scripts:
            self.page.add_init_script(UNASKED)
            self.page.evaluate(f"() => {{ {UNASKED} }}")

    def field(self, name: str) -> Locator:
        return self.page.locator(f"#calculator [name='a-{name}']")

    def rest(self) -> None:
        """Look at the total, as people do before they go on."""
        if self.walker.has_scripts:
            expect(self.page.locator("html[data-unasked]")).to_have_count(0)
            expect(self.page.locator(".htmx-request")).to_have_count(0)

    def press(self, button: Locator, *, nothing_new: bool = False) -> None:
        """Press a button of the form, and wait until the page that it brings is there. With nothing new on the page,
        its total stays as it is, and there is nothing to look at first."""
        if not nothing_new:
            self.rest()
        self.page.evaluate("document.getElementById('calculator')?.setAttribute('data-old', '')")
        self.page.evaluate("delete document.documentElement.dataset.unasked")  # nor will what is left now ask
        button.click()
        expect(self.page.locator("#calculator:not([data-old])")).to_be_visible()
        self.page.wait_for_load_state()

    def answer_what_is_in_sight(self) -> bool:
        """Return whether anything was answered."""
        is_new = False
        for name in self.task.items:
            more = self.page.locator(f"#calculator [name=more][value={name}]")
            if name not in self.told and more.is_visible():
                self.told.add(name)
                self.press(more, nothing_new=True)
        for name, text in self.task.answers.items():
            control = self.field(name)
            if name in self.told or control.count() == 0 or not control.first.is_visible():
                continue
            self.told.add(name)
            is_new = True
            typed = DECIMAL[self.walker.language] if text == "decimal" else text
            if control.first.evaluate("each => each.tagName") == "SELECT":
                control.select_option(typed)
            else:
                control.fill(typed)
        return is_new

    def walk(self) -> None:
        """Answer section after section, and go on to the result."""
        page = self.page
        while True:
            is_new = self.answer_what_is_in_sight()
            following = page.locator(".calculator-actions .button[name=go]")
            if following.count() == 0:
                break
            self.press(following, nothing_new=not is_new)
            self.choose_airports()
            assert overflow(page) == ""
            assert page.locator("html").get_attribute("lang") == self.walker.language
        assert set(self.task.answers) | set(self.task.items) == self.told

    def choose_airports(self) -> None:
        """Say which airport was meant, where a name is that of several, and go on."""
        picks = self.page.locator("#calculator .several")
        if picks.count():
            expect(self.page.locator("[data-error-summary]")).to_be_visible()
            for each in picks.all():
                each.locator("input").first.check()
            self.press(self.page.locator(".calculator-actions .button[name=go]"))

    def choose_airports_at_the_end(self) -> None:
        """Say which airport was meant, and ask for the result again."""
        picks = self.page.locator("#calculator .several")
        if picks.count():
            for each in picks.all():
                each.locator("input").first.check()
            self.ask()

    def ask(self) -> None:
        """Ask for the result, and wait until it is there or the form says what it lacks."""
        self.page.evaluate("document.getElementById('calculator').setAttribute('data-old', '')")
        self.page.locator(".calculator-actions .button[name=finish]").click()
        expect(self.page.locator("#calculator[data-old]")).to_have_count(0)
        self.page.wait_for_load_state()

    def finish(self) -> int:
        """Ask for the result, and return how many units it is."""
        self.rest()
        total = self.page.locator(".total-figure strong").inner_text() if self.walker.has_scripts else ""
        self.page.locator(".calculator-actions .button[name=finish]").click()
        expect(self.page).to_have_url(re.compile(rf"/{self.walker.language}/calculators/results/[\w.-]+/$"))
        figure = self.page.locator(".result-figure").inner_text()
        if total:
            assert figure == total
        tonnes = float(re.sub(r"\s", "", figure).replace(",", "."))
        units = self.page.locator(".stamp-edge").count()
        assert 0 <= units - tonnes < 1.01
        return units
