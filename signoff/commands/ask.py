"""`signoff ask`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from signoff.errors import WrongUsage
from signoff.options import as_json, pairs, requested_by, stage_options

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("ask", short_help="Request a review; --wait for the decision.")
@stage_options
@click.argument("request", type=click.File("rb"), required=False, metavar="[REQUEST.json|-]")
@click.option("--title", metavar="TEXT", help="The question, up to 150 characters.")
@click.option("--summary", metavar="TEXT", help="Background, up to 1,000 characters.")
@click.option("--fact", metavar="NAME=VALUE", multiple=True, help="A fact (repeatable).")
@click.option("--link", metavar="NAME=URL", multiple=True, help="An https link (repeatable).")
@click.option(
    "--question",
    metavar="NAME[:KIND]=LABEL",
    multiple=True,
    help="A required question (repeatable). KIND: text, number, yes_no, or choices: now|later.",
)
@click.option(
    "--evidence",
    type=click.Path(path_type=Path),
    metavar="FILE",
    multiple=True,
    help="A file to upload and show to reviewers (repeatable, up to 5).",
)
@click.option("--timeout", metavar="DURATION", help="Time to decide, such as 90s, 30m or 24h.")
@requested_by
@click.option("--wait", is_flag=True, help="Wait for the decision; exit 0 only if approved.")
@as_json
def command(
    *,
    stage: Stage,
    request: BinaryIO | None,
    title: str | None,
    summary: str | None,
    fact: tuple[str, ...],
    link: tuple[str, ...],
    question: tuple[str, ...],
    evidence: tuple[Path, ...],
    timeout: str | None,
    requested_by: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Request a review from a JSON file, from options, or both; options override the file.

    Files given with --evidence are added to the request's evidence. All fields are described in
    docs/requests.md.
    """
    from signoff.asking.ask import ask
    from signoff.asking.request import from_file, questions

    options: dict[str, Any] = {
        "title": title,
        "summary": summary,
        "facts": pairs("--fact", fact),
        "links": pairs("--link", link),
        "questions": questions(question),
        "timeout": timeout,
        "requested_by": requested_by,
    }
    asked = from_file(request) if request else {}
    asked |= {name: value for name, value in options.items() if value}
    if not asked.get("title"):
        raise WrongUsage("A title is required.", "Pass --title TEXT, or a file with a title.")
    ask(stage, asked, evidence, wait=wait, as_json=as_json)
