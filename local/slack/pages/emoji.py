"""Emoji shortcodes that a review's messages may use."""

import re

EMOJI = {
    "alarm_clock": "⏰",
    "arrow_right": "➡️",
    "bar_chart": "📊",
    "bell": "🔔",
    "bust_in_silhouette": "👤",
    "calendar": "📆",
    "chart_with_upwards_trend": "📈",
    "email": "✉️",
    "exclamation": "❗",
    "eyes": "👀",
    "heavy_check_mark": "✔️",
    "heavy_minus_sign": "➖",  # noqa: RUF001
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "information_source": "ℹ️",  # noqa: RUF001
    "large_green_circle": "🟢",
    "large_orange_circle": "🟠",
    "large_red_square": "🟥",
    "large_yellow_circle": "🟡",
    "link": "🔗",
    "lock": "🔒",
    "mag": "🔍",
    "mailbox_with_no_mail": "📭",
    "memo": "📝",
    "no_entry": "⛔",
    "no_entry_sign": "🚫",
    "octagonal_sign": "🛑",
    "package": "📦",
    "page_facing_up": "📄",
    "point_right": "👉",
    "question": "❓",
    "raised_hand": "✋",
    "red_circle": "🔴",
    "robot_face": "🤖",
    "rotating_light": "🚨",
    "tada": "🎉",
    "thumbsdown": "👎",
    "thumbsup": "👍",
    "timer_clock": "⏲️",
    "vertical_traffic_light": "🚦",
    "warning": "⚠️",
    "wave": "👋",
    "white_check_mark": "✅",
    "white_circle": "⚪",
    "x": "❌",
}


def with_emoji(text: str) -> str:
    """Replace known shortcodes."""
    return re.sub(r":([a-z0-9_+-]+):", lambda code: EMOJI.get(code[1], code[0]), text)
