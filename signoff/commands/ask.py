"""`signoff ask`: a question to people, and perhaps their answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import click

from signoff.errors import WrongUsage
from signoff.options import as_json, on_a_stage, pairs, requested_by

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("ask", short_help="Ask people, and with --wait wait for their answer.")
@on_a_stage
@click.argument("request", type=click.File("rb"), required=False, metavar="[REQUEST.json|-]")
@click.option("--title", metavar="TEXT", help="The question, as one reads it on a phone.")
@click.option("--summary", metavar="TEXT", help="What one has to know.")
@click.option("--fact", metavar="NAME=VALUE", multiple=True, help="A line of the table of facts.")
@click.option("--link", metavar="NAME=URL", multiple=True, help="A link, https only.")
@click.option(
    "--question",
    metavar="NAME[:KIND]=LABEL",
    multiple=True,
    help="Has to be answered with it. KIND: text, number, yes_no, or choices: now|later.",
)
@click.option("--timeout", metavar="DURATION", help="How long people have: 90s, 30m, 24h.")
@requested_by
@click.option("--wait", is_flag=True, help="Wait; exit status 0 only when approved.")
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
    timeout: str | None,
    requested_by: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Ask what a file says, a JSON object, or what the options say; an option wins over the file.

    docs/requests.md has all that a request may hold.
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
        raise WrongUsage("What is the question?", "Give --title TEXT, or a file with a title.")
    ask(stage, asked, wait=wait, as_json=as_json)
