"""Input methods: mouse, or keyboard only."""

from typing import Protocol

from playwright.sync_api import Locator

MOST_STOPS = 20
THINNEST_OUTLINE = 2.0

OUTLINE = """it => {
    const style = getComputedStyle(it);
    return it.matches(":focus-visible") && style.outlineStyle !== "none"
        ? parseFloat(style.outlineWidth) : 0;
}"""


IS_BEFORE = """all => all.length > 0 && document.activeElement !== document.body && all.every(
    it => document.activeElement.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_PRECEDING
)"""


class Hands(Protocol):
    """Actions on a page."""

    def press(self, target: Locator) -> None:
        """Click a button or a link."""
        ...

    def write(self, target: Locator, text: str) -> None:
        """Type into a field."""
        ...

    def choose(self, target: Locator, choice: str) -> None:
        """Choose from a list or a group of radio buttons."""
        ...


class Mouse:
    """Uses the mouse."""

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def choose(self, target: Locator, choice: str) -> None:
        if is_list(target):
            target.select_option(choice)
        else:
            target.get_by_text(choice, exact=True).click()


class Keyboard:
    """Tabs through the elements and checks that each shows the focus."""

    def press(self, target: Locator) -> None:
        self._reach(target)
        target.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self._reach(target)
        target.page.keyboard.type(text)

    def choose(self, target: Locator, choice: str) -> None:
        if is_list(target):
            self._reach(target)
            target.page.keyboard.type(choice)
            return
        wanted = target.get_by_role("radio", name=choice, exact=True)
        self._reach(target.get_by_role("radio"))
        target.page.keyboard.press("Space")
        for _ in range(target.get_by_role("radio").count()):
            if wanted.is_checked():
                return
            target.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{choice} cannot be chosen by keyboard")

    def _reach(self, target: Locator) -> None:
        for _ in range(MOST_STOPS):
            if target.evaluate_all("all => all.includes(document.activeElement)"):
                focused = target.page.locator(":focus")
                assert focused.evaluate(OUTLINE) >= THINNEST_OUTLINE, "the focus is not visible"
                return
            target.page.keyboard.press("Shift+Tab" if target.evaluate_all(IS_BEFORE) else "Tab")
        raise AssertionError(f"{target} cannot be reached by keyboard")


def is_list(target: Locator) -> bool:
    """Whether the element is a drop-down list."""
    return bool(target.evaluate("it => it.matches('select')"))
