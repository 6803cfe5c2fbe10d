"""The local stack: an embedded AWS, the deployment into it and a Slack simulator.

Any Python can read this file, so that an old one says what it lacks.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.stderr.write(
        "Python must be 3.11 or newer, got {}.{}: use .venv/bin/python, which make setup makes\n"
        "".format(*sys.version_info)
    )
    sys.exit(2)
