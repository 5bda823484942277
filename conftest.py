"""Set what every notebook run by the tests must see, whichever folder pytest is given."""

import os

# nbval's kernels inherit it: explorers show their picture, as in the notebooks as built.
os.environ["CRMLAB_STATIC"] = "1"
