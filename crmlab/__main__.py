"""``python -m crmlab``: the same as the command ``crmlab``."""

import sys

from crmlab.cli import main

if __name__ == "__main__":
    sys.exit(main())
