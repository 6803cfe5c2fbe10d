"""The local stack: an embedded AWS, the deployment into it and a Slack simulator.

Older Pythons can parse this file, so they report the version they need.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.stderr.write(
        "Python must be 3.11 or newer, got {}.{}: run make setup, then use .venv/bin/python\n"
        "".format(*sys.version_info)
    )
    sys.exit(2)
