"""Reading pages as people and their browsers do: headings, forms with what they would send, and what is wrong."""

from copy import copy
from typing import Any

from bs4 import BeautifulSoup, Tag


def words(tag: Tag | None) -> str:
    """Return what a piece of a page says, with single spaces."""
    assert tag is not None
    read = copy(tag)
    for name in read("bdi"):  # it keeps directions apart, and is no break between words
        name.unwrap()
    read.smooth()
    return " ".join(read.get_text(" ").split())


class Page:
    """One answer of the portal, read."""

    def __init__(self, response: Any) -> None:
        assert response["Content-Type"] == "text/html; charset=utf-8", response["Content-Type"]
        self.status = response.status_code
        self.source = response.content.decode()
        # Where a line may break, nothing is read.
        self.soup = BeautifulSoup(self.source.replace("<wbr>", ""), "lxml")

    @property
    def language(self) -> str:
        return str(self.soup.html["lang"]) if self.soup.html else ""

    @property
    def title(self) -> str:
        return words(self.soup.title)

    @property
    def heading(self) -> str:
        """The one h1."""
        found = self.soup.find_all("h1")
        assert len(found) == 1, found
        return words(found[0])

    @property
    def main(self) -> str:
        """What the page says between its header and its footer."""
        return words(self.soup.main)

    def links(self) -> list[str]:
        return [str(link["href"]) for link in self.soup.find_all("a", href=True)]

    def form(self, field: str) -> Tag:
        """Return the form that has a certain field."""
        for form in self.soup.find_all("form"):
            if form.find(attrs={"name": field}):
                return form
        raise AssertionError(f"no form with {field}")

    def sent(self, field: str, **typed: str) -> dict[str, str]:
        """Return what a browser would send of the form with this field, filled in with what is typed."""
        form = self.form(field)
        data: dict[str, str] = {}
        for control in form.find_all(["input", "textarea", "select"]):
            name = str(control.get("name", ""))
            if not name or control.get("type") in ("submit", "button"):
                continue
            if control.get("type") in ("radio", "checkbox"):
                if control.has_attr("checked"):
                    data[name] = str(control.get("value", "on"))
            elif control.name == "select":
                chosen = control.find("option", selected=True) or control.find("option")
                data[name] = str(chosen.get("value", "")) if chosen else ""
            elif control.name == "textarea":
                data[name] = control.get_text().removeprefix("\n")
            else:
                data[name] = str(control.get("value", ""))
        return {**data, **typed}

    def summary(self) -> list[str]:
        """Return what the summary of errors at the top says; each of its links leads to something on the page."""
        box = self.soup.find(attrs={"data-error-summary": True})
        if box is None:
            return []
        assert box.get("role") == "alert"
        assert box.get("tabindex") == "-1"
        for link in box.find_all("a"):
            assert self.soup.find(id=str(link["href"]).removeprefix("#")), link
        return [words(item) for item in box.find_all("li")] or [words(box)]

    def beside(self, name: str) -> list[str]:
        """Return the errors beside a field, which whoever cannot see them is told through aria-describedby."""
        box = self.soup.find(id=f"id_{name}_error")
        if box is None:
            return []
        control = self.soup.find(attrs={"name": name})
        assert control is not None
        if control.get("type") == "radio":
            described = str(control.find_parent("fieldset")["aria-describedby"])
        else:
            assert control.get("aria-invalid") == "true", control
            described = str(control["aria-describedby"])
        assert f"id_{name}_error" in described.split()
        for each in described.split():
            assert self.soup.find(id=each), f"{name} is described by {each}, which is not there"
        return [words(each).removeprefix("Error: ").removeprefix("Erreur : ") for each in box.find_all("p")]
