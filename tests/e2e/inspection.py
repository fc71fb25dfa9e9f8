"""What is looked at on every page, whatever it is about."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.browsing import HEIGHTS

_axe = Axe()
# Of what axe found in order, examples of every rule would come along. Whether a control is called what stands on it,
# for people who speak to their browser, is not looked at unless asked for.
_LOOK = '{resultTypes: ["violations"], rules: {"label-content-name-mismatch": {enabled: true}}}'
_FOCUS = """() => {
  const style = getComputedStyle(document.activeElement);
  return {
    tag: document.activeElement.outerHTML.slice(0, 120),
    outline: style.outlineStyle,
    width: parseFloat(style.outlineWidth),
  };
}"""


def barriers(page: Page) -> list[str]:
    """Return what axe finds wrong with the page as it stands: the rule, its impact, and the elements."""
    page.evaluate(_axe.axe_script)
    violations: list[dict[str, Any]] = page.evaluate(f"axe.run({_LOOK}).then((results) => results.violations)")
    return [
        f"{each['id']} ({each['impact']}): {each['help']}\n"
        + "\n".join(f"    {node['html'][:160]}\n        {_reason(node)}" for node in each["nodes"])
        for each in violations
    ]


def _reason(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])


def overflow(page: Page) -> str:
    """Return what sticks out to the side, or nothing if the page fits the window."""
    scroll, inner = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    if scroll <= inner:
        return ""
    widest = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .map((each) => [each.getBoundingClientRect().right, each.outerHTML.slice(0, 120)])
            .filter(([right]) => right > innerWidth + 1).sort((a, b) => b[0] - a[0]).slice(0, 3)"""
    )
    return f"{scroll} px in a window of {inner}: {widest}"


def cut_ends(page: Page) -> list[str]:
    """Return what stays in sight while one scrolls and is higher than the window, so that its end is never seen."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter((each) => getComputedStyle(each).position === "sticky" && each.scrollHeight > innerHeight)
            .map((each) => each.outerHTML.slice(0, 120))"""
    )
    return found


def overflows(page: Page) -> list[str]:
    """Return what sticks out in any of the widths that we promise. Leaves the page in the last of them."""
    found = []
    for width, height in HEIGHTS.items():
        page.set_viewport_size({"width": width, "height": height})
        found.append(overflow(page))
    return [each for each in found if each]


def is_focus_visible(page: Page) -> tuple[bool, str]:
    """Say whether the element in focus has an outline, and which it is."""
    seen = page.evaluate(_FOCUS)
    return seen["outline"] != "none" and seen["width"] >= 1, seen["tag"]


def is_focus_covered(page: Page) -> str:
    """Return the element in focus if something else lies over all of it, or nothing."""
    covered: str = page.evaluate(
        """() => {
            const focused = document.activeElement, box = focused.getBoundingClientRect();
            const across = [0.1, 0.5, 0.9].map((part) => box.left + part * box.width);
            const down = [0.1, 0.5, 0.9].map((part) => box.top + part * box.height);
            const seen = across.some((x) => down.some((y) => {
                const top = document.elementFromPoint(x, y);
                return top && (focused.contains(top) || top.contains(focused));
            }));
            return seen ? "" : focused.outerHTML.slice(0, 120);
        }"""
    )
    return covered
