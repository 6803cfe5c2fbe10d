"""A share as a bar with a mark at the limit."""

from lambdas.domain.review.request import Gauge
from lambdas.domain.review.words import gauge_text, share_texts
from lambdas.domain.web import html

_NEAR_AN_END = 0.25
"""Nearer to an end than this, the limit's label does not fit centered above its mark."""


def gauge(it: Gauge) -> str:
    """The share as text and as a bar."""
    is_above = it.value > it.limit
    name, (value, limit) = html.text(it.name), share_texts(it)
    end, at = f"{100 * it.scale:g}%", it.limit / it.scale
    anchor = "start" if at < _NEAR_AN_END else "end" if at > 1 - _NEAR_AN_END else "middle"
    return (
        f'<div class="gauge{" above" if is_above else ""}"><h2 dir="auto">{name}</h2>'
        f"<p><b>{value}</b> {'above' if is_above else 'within'} the limit of {limit}</p>"
        f'<svg role="img" aria-label="{name}: {gauge_text(it)}, on a scale from 0% to {end}">'
        f'<text x="{at:.1%}" y="12" text-anchor="{anchor}">limit {limit}</text>'
        '<rect class="all" y="22" width="100%" height="14" rx="4"/>'
        f'<rect class="value" y="22" width="{it.value / it.scale:.1%}" height="14" rx="4"/>'
        f'<rect class="limit" x="{at:.1%}" y="17" width="2" height="24"/>'
        f'<text y="55">0%</text><text x="100%" y="55" text-anchor="end">{end}</text>'
        "</svg></div>"
    )
