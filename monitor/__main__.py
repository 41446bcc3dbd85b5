"""`python -m monitor` is `tone-monitor`."""

import sys
from pathlib import Path

# `-m` puts the current folder first on the path: a `click.py` somebody left there would be run. A checkout stays.
if __name__ == "__main__" and not sys.flags.safe_path and sys.path[0] != str(Path(__file__).parents[1]):
    del sys.path[0]

from monitor.cli import main

if __name__ == "__main__":
    main()
