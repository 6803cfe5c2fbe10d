"""How people use a page: with a mouse, or with nothing but a keyboard."""

from typing import Protocol

from playwright.sync_api import Locator

MOST_STOPS = 20
THINNEST_OUTLINE = 2.0

OUTLINE = """it => {
    const style = getComputedStyle(it);
    return it.matches(":focus-visible") && style.outlineStyle !== "none"
        ? parseFloat(style.outlineWidth) : 0;
}"""


class Hands(Protocol):
    """What hands can do."""

    def press(self, target: Locator) -> None:
        """Press a button or a link."""
        ...

    def write(self, target: Locator, text: str) -> None:
        """Write into a field."""
        ...


class Mouse:
    """Points and clicks."""

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)


class Keyboard:
    """Goes from stop to stop by Tab, and must see where it is."""

    def press(self, target: Locator) -> None:
        self._reach(target)
        target.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self._reach(target)
        target.page.keyboard.type(text)

    def _reach(self, target: Locator) -> None:
        for _ in range(MOST_STOPS):
            if target.evaluate("it => it === document.activeElement"):
                assert target.evaluate(OUTLINE) >= THINNEST_OUTLINE, "the focus cannot be seen"
                return
            target.page.keyboard.press("Tab")
        raise AssertionError(f"{target} cannot be reached by keyboard")
