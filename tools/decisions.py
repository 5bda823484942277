"""Whether the decisions of the sessions hold: what the memos' actions truly bring, over seeds.

``python -m tools.decisions 03a 05`` runs lessons on twenty companies and says in how many the
action that the memo recommends brings at least as much as the obvious baseline, by the truth of the
simulator, and in how many the memo leaves it open. Each lesson says so of itself in ``judged``.
"""

import argparse
import json
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory

from tools.notebooks import ROOT, WORKERS
from tools.without_kernel import CellFailed, run

_ASK = """import json
print(json.dumps({key: float(value) for key, value in judged.items()}))"""


def judged(path, seed):
    """Return what a lesson says of its decision, for one company: a dict, or what went wrong."""
    with TemporaryDirectory() as folder:
        try:
            shown = run(path, folder, then=_ASK, seed=seed)
        except CellFailed as error:
            return str(error)
    return json.loads(shown.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sessions", nargs="*", default=["0"], help="start of the file name")
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    options = parser.parse_args()
    paths = sorted(
        path
        for name in options.sessions
        for path in (ROOT / "chapters").glob(f"{name}*.ipynb")
        if "judged = " in path.read_text(encoding="utf-8")
    )
    with ThreadPoolExecutor(WORKERS) as pool:
        for path in paths:
            seeds = range(1, options.seeds + 1)
            found = list(pool.map(lambda seed, path=path: judged(path, seed), seeds))
            failed = [one for one in found if isinstance(one, str)]
            held = [one["action"] >= one["baseline"] for one in found if isinstance(one, dict)]
            left = sum(bool(one["open"]) for one in found if isinstance(one, dict))
            print(
                f"{path.stem}: the action at least as good in {sum(held)} of {len(held)}, "
                f"open in {left}"
            )
            print(*failed, sep="\n", end="\n" if failed else "", flush=True)


if __name__ == "__main__":
    main()
