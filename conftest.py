"""Set what every notebook run by the tests must see, whichever folder pytest is given."""

import os
import tempfile

# nbval's kernels inherit it: explorers show their picture, as in the notebooks as built.
os.environ["CRMLAB_STATIC"] = "1"
# The learner's own progress is not for tests to write to.
os.environ["CRMLAB_PROGRESS"] = os.path.join(tempfile.mkdtemp(), "progress.sqlite")
