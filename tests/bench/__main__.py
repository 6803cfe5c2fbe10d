"""Benchmarks, reported as ratios within one run: `make bench`."""

import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lambdas.datasets.limits import MEASURED_THROUGHPUT
from tests.bench.aws_calls import environments
from tests.bench.cold_starts import BOTO3, NOTHING, import_seconds
from tests.bench.files import Files, files
from tests.bench.review_calls import review_calls
from tests.bench.round_trips import RoundTrips, round_trips
from tests.bench.sweeps import DEAD, sweep_cpu
from tests.bench.waiting_reviews import WaitingReviews, waiting_reviews
from tests.components.functions.test_archive import FUNCTIONS, MOST_BYTES, zipped
from tests.local_stack import running_local_stack


def functions_table(seconds: dict[str, float]) -> Table:
    """Zip size and cold start of each function."""
    table = Table(title="Functions", title_justify="left")
    table.add_column("function")
    for heading in ("zip of 150 kB", "import x boto3 alone", "import x bare Python"):
        table.add_column(heading, justify="right")
    for function in FUNCTIONS:
        cost = seconds.get(function)
        table.add_row(
            function,
            f"{len(zipped(function)) / MOST_BYTES:.0%}",
            *(f"{cost / seconds[unit]:.2f}" if cost else "-" for unit in (BOTO3, NOTHING)),
        )
    table.add_row("import boto3 alone", "", "1.00", f"{seconds[BOTO3] / seconds[NOTHING]:.2f}")
    table.caption = f"CPU time. Bare Python takes {seconds[NOTHING] * 1000:.0f} ms."
    return table


def calls_table(made: dict[str, list[str]]) -> Table:
    """AWS calls per step."""
    table = Table(title="AWS calls", title_justify="left")
    table.add_column("step")
    table.add_column("calls", justify="right")
    table.add_column("which")
    for step, calls in made.items():
        table.add_row(step, str(len(calls)), ", ".join(calls))
    return table


def times_table(took: RoundTrips) -> Table:
    """Round-trip times."""
    table = Table(title="On the local stack", title_justify="left")
    table.add_column("from … to")
    table.add_column("x GetItem", justify="right")
    for name, seconds in (
        ("StartExecution … message in the channel", took.start_to_message),
        ("click … end of the execution", took.click_to_end),
    ):
        table.add_row(name, f"{seconds / took.get_item:.0f}")
    table.caption = f"A GetItem takes {took.get_item * 1000:.1f} ms."
    return table


def waiting_table(took: WaitingReviews) -> Table:
    """Cost of many pending reviews."""
    table = Table(title=f"{took.many:,} reviews wait", title_justify="left")
    table.add_column("what")
    table.add_column("", justify="right")
    table.add_row("StartExecution … last message", f"{took.start_to_last_message:.0f} s")
    table.add_row("memory of the local stack at most", f"{took.megabytes:,} MB")
    table.add_row("environments of functions at most", str(took.environments))
    slower = took.click_among_many / took.click_among_none
    table.add_row("click … end, x that with none waiting", f"{slower:.1f}")
    table.caption = "Each stands once in the channel; each execution runs still."
    return table


def files_table(took: Files) -> Table:
    """Cost of large files."""
    table = Table(title="A file of 1 GB", title_justify="left")
    table.add_column("what")
    table.add_column("", justify="right")
    table.add_row("check_dataset, x reading it with csv", f"{took.check / took.csv:.1f}")
    table.add_row("check_dataset, x wc -l", f"{took.check / took.wc:.0f}")
    table.add_row("memory of check_dataset at most", f"{took.megabytes} MB")
    for what, rate in (("check", took.check_rate), ("publish", took.publish_rate)):
        table.add_row(f"{what}: rate, x that of the limit", f"{rate / MEASURED_THROUGHPUT:.1f}")
    table.caption = (
        f"Short rows, with gzip. The limit assumes {MEASURED_THROUGHPUT / 1e6:.0f} MB/s."
    )
    return table


def main() -> None:
    """Deploy dev, run all benchmarks and print the results."""
    screen = Console(highlight=False)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_local_stack(Path(folder), "--stage", "dev") as stages,
    ):
        dev = stages["dev"]
        screen.print(times_table(round_trips(dev)))
        screen.print(calls_table(review_calls(dev)))
        known = environments(dev)
        screen.print(functions_table(import_seconds(known, Path(folder) / "functions")))
        spent = sweep_cpu(dev)
        screen.print(f"{DEAD:,} deadlines of dead callers at once: {spent:.1f} x 2 min of a core.")
        screen.print(files_table(files(dev, Path(folder))))
        screen.print(waiting_table(waiting_reviews(dev)))


if __name__ == "__main__":
    main()
