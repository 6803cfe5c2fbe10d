"""A share as a bar with a mark at the limit."""

from lambdas.domain.review.request import Gauge
from lambdas.domain.review.words import share_in_words

_NEAR_AN_END = 0.25
"""Nearer to an end than this, the limit's label does not fit centered above its mark."""


def gauge(it: Gauge) -> str:
    """The share as text and as a bar."""
    above = it.value > it.limit
    end = min(1.0, 2 * max(it.value, it.limit)) or 1.0
    at = it.limit / end
    anchor = "start" if at < _NEAR_AN_END else "end" if at > 1 - _NEAR_AN_END else "middle"
    most, limit = f"{100 * end:.3g}%", f"limit {it.limit:.1%}"
    return (
        f'<div class="gauge{" above" if above else ""}"><p><b>{it.value:.1%}</b> '
        f"{'above' if above else 'within'} the limit of {it.limit:.1%}</p>"
        f'<svg role="img" aria-label="{share_in_words(it)}, on a scale from 0% to {most}">'
        f'<text x="{at:.1%}" y="12" text-anchor="{anchor}">{limit}</text>'
        '<rect class="all" y="22" width="100%" height="14" rx="4"/>'
        f'<rect class="value" y="22" width="{it.value / end:.1%}" height="14" rx="4"/>'
        f'<rect class="limit" x="{at:.1%}" y="17" width="2" height="24"/>'
        f'<text y="55">0%</text><text x="100%" y="55" text-anchor="end">{most}</text>'
        "</svg></div>"
    )
