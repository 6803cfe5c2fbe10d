"""Options and arguments shared by the commands."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from lambdas.domain.review.ids import is_review_id
from signoff.errors import SignoffError, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from click.shell_completion import CompletionItem

    from signoff.stage import Stage

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
yes = click.option("--yes", "-y", is_flag=True, help="Skip the confirmation prompt.")
REASON_HELP = "Shown in the channel and kept in the audit log."
reason = click.option("--reason", metavar="TEXT", help=REASON_HELP)
requested_by = click.option(
    "--requested-by", metavar="WHO", help="The requester: a Slack user ID or a name. Default: you."
)


def stage_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--stage` and `--local`, and pass the resolved stage to the command."""

    @click.option(
        "--stage",
        envvar="SIGNOFF_STAGE",
        metavar="NAME",
        help="The stage (Pulumi stack), such as dev, uat or prod.",
        shell_complete=_stages,
    )
    @click.option(
        "--local",
        envvar="SIGNOFF_LOCAL",
        is_flag=True,
        help="Use the local stack running in this folder (stage dev unless --stage is given).",
    )
    @wraps(command)
    def with_stage(*, stage: str | None, local: bool, **arguments: Any) -> Any:
        return command(stage=open_stage(stage, local=local), **arguments)

    return with_stage


def open_stage(name: str | None, *, local: bool) -> Stage:
    """Resolve the stage. Raises `SignoffError`."""
    from signoff.stage import local_stage, stack_stage

    if local:
        return local_stage(name)
    if not name:
        raise WrongUsage(
            "No stage given.",
            "Pass --stage NAME (or set SIGNOFF_STAGE), or --local for the local stack.",
        )
    return stack_stage(name)


class ReviewId(click.ParamType[str]):
    """A review ID."""

    name = "id"

    def convert(self, value: str, param: Any, ctx: Any) -> str:
        """Normalize and validate the ID."""
        review_id = value.strip().lower()
        if not is_review_id(review_id):
            self.fail("a review ID has 16 characters, a to z and 2 to 7", param, ctx)
        return review_id

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002 - click's own
        incomplete: str,
    ) -> list[CompletionItem]:
        """Complete the IDs of pending reviews, with their titles."""
        from click.shell_completion import CompletionItem

        from signoff.api import OperatorApi
        from signoff.text import line

        try:
            stage = open_stage(ctx.params.get("stage"), local=bool(ctx.params.get("local")))
            reviews, _ = OperatorApi(stage).first("PENDING", 50)
        except SignoffError:
            return []
        return [
            CompletionItem(line(it["review_id"]), help=line(it["title"]))
            for it in reviews
            if it["review_id"].startswith(incomplete)
        ]


review_id = click.argument("review_id", type=ReviewId(), metavar="ID")


def pairs(name: str, values: Sequence[str]) -> dict[str, str]:
    """Parse `NAME=VALUE` options; names must be unique. Raises `WrongUsage`."""
    read: dict[str, str] = {}
    for text in values:
        key, equals, value = text.partition("=")
        if not key or not equals or key in read:
            from signoff.text import line

            twice = ", each NAME once" if key in read else ""
            raise WrongUsage(f'{name} must be NAME=VALUE{twice}, got "{line(text)}".')
        read[key] = value
    return read


def _stages(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    from signoff.stage import local_stages, stack_stages

    try:
        names = local_stages() if ctx.params.get("local") else stack_stages()
    except SignoffError:
        return []
    return [name for name in names if name.startswith(incomplete)]
