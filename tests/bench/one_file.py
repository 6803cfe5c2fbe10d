"""One large file through a function, in a separate process: prints seconds and megabytes.

`python -m tests.bench.one_file FUNCTION EVENT`, with the function's environment.
"""

import json
import resource
import sys
import time
from importlib import import_module
from types import SimpleNamespace

IN_TIME = SimpleNamespace(get_remaining_time_in_millis=lambda: 900_000)
KIBIBYTE = 1024


def main() -> None:
    """Invoke the function's handler once."""
    function, event = sys.argv[1:]
    handler = import_module(f"lambdas.{function}.handler")
    begin = time.perf_counter()
    answer = handler.handle(json.loads(event), IN_TIME)
    seconds = time.perf_counter() - begin
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if sys.platform == "darwin":  # there, it is bytes
        kilobytes //= KIBIBYTE
    took = {"seconds": seconds, "megabytes": kilobytes // KIBIBYTE, "answer": answer}
    sys.stdout.write(json.dumps(took))


if __name__ == "__main__":
    main()
