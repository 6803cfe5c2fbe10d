"""List the banned phrases in the product, with what to write instead: part of `make check`."""

import sys

from tests.language.banned import findings
from tests.language.texts import ROOT, files_of

found = [
    f"{path.relative_to(ROOT)}:{it.line}: “{it.phrase}”: {it.instead}"
    for path in files_of()
    for it in findings(path.read_text())
]
sys.exit("\n".join(found) or 0)
