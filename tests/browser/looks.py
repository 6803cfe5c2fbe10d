"""Measurements of a page's layout and contrast."""

from dataclasses import dataclass

from playwright.sync_api import Page

LEAST_CONTRAST = 4.5

# Contrast as in https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio, of every element with text.
CONTRASTS = """() => {
    const rgba = text => {
        const [r, g, b, a = 1] = text.match(/^rgba?\\((.+)\\)$/)[1].split(",").map(Number);
        return {rgb: [r, g, b], a};
    };
    const over = ({rgb, a}, below) => rgb.map((value, i) => value * a + below[i] * (1 - a));
    const light = rgb => {
        const [r, g, b] = rgb.map(value => value / 255)
            .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = it => {
        if (!it) return [255, 255, 255];
        const color = rgba(getComputedStyle(it).backgroundColor);
        return color.a === 1 ? color.rgb : over(color, behind(it.parentElement));
    };
    const hasWords = it => it.matches("textarea, input, select")
        || [...it.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const options = {opacityProperty: true, visibilityProperty: true};
    return [...document.body.querySelectorAll("*")]
        .filter(it => hasWords(it) && it.checkVisibility(options) && it.getClientRects().length)
        .map(it => {
            const below = behind(it);
            const both = [light(over(rgba(getComputedStyle(it).color), below)), light(below)];
            return {
                tag: it.localName,
                text: it.textContent.trim().slice(0, 40),
                contrast: (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05),
            };
        });
}"""

WIDTH = "() => document.documentElement.scrollWidth"


@dataclass(frozen=True, kw_only=True)
class TextElement:
    """An element with text, and the contrast to its background."""

    tag: str
    text: str
    contrast: float


def visible_texts(page: Page) -> list[TextElement]:
    """All visible text."""
    return [TextElement(**found) for found in page.evaluate(CONTRASTS)]


def width_of(page: Page) -> int:
    """The page's width, including what is scrolled out of view."""
    return page.evaluate(WIDTH)
