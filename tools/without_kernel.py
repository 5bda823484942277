"""Run a notebook without a kernel: in a process split off from one that has the libraries loaded.

A kernel takes four seconds to start and to import pandas, scikit-learn and seaborn, and a test
run needs dozens. Cells run in IPython's shell, as they do in a kernel, and figures are drawn;
papermill puts the parameters in. nbval runs every notebook in a real kernel, papermill one of them.
"""

import multiprocessing

from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

_LIBRARIES = [
    "IPython.core.interactiveshell",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "mlxtend.frequent_patterns",
    "seaborn",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "statsmodels.api",
    "crmlab.plots",
    "crmlab.widgets",
    "crmlab.workbook",
]
# The server is started once and imports them; what is split off from it has no threads.
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload([__name__, *_LIBRARIES])
_LONGEST = 300  # seconds


class CellFailed(Exception):
    """A cell ended in an error; says which, and what."""


def run(path, folder, then="", **parameters):
    """Return all text that the code cells of a notebook show.

    Parameters
    ----------
    path : Path
    folder : Path
        Where the cells run.
    then : str
        Source of one more cell at the end.
    **parameters
        As papermill takes them.

    Returns
    -------
    str

    Raises
    ------
    CellFailed
        If a cell ends in an error that is not meant.
    """
    notebook = load_notebook_node(str(path))
    if parameters:
        notebook = parameterize_notebook(notebook, parameters)
    cells = [
        (cell.source, "raises-exception" in cell.metadata.get("tags", ()))
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    cells += [(then, False)] if then else []
    ours, theirs = _SERVER.Pipe(duplex=False)
    process = _SERVER.Process(target=_run_cells, args=(cells, str(folder), theirs))
    process.start()
    theirs.close()
    try:
        if not ours.poll(_LONGEST):
            raise CellFailed(f"{path}: still running after {_LONGEST} seconds")
        shown, error = ours.recv()
    except EOFError:
        raise CellFailed(f"{path}: the process ended") from None
    finally:
        process.kill()
        process.join()
    if error:
        raise CellFailed(f"{path}: {error}")
    return shown


def _run_cells(cells, folder, pipe):
    import os

    from IPython.core.interactiveshell import InteractiveShell
    from IPython.core.pylabtools import select_figure_formats
    from IPython.utils.capture import capture_output

    os.chdir(folder)
    shell = InteractiveShell.instance()
    select_figure_formats(shell, {"png"})
    shown = []
    for source, may_fail in cells:
        with capture_output() as captured:
            outcome = shell.run_cell(source)
        shown.append(captured.stdout)
        shown += [output.data.get("text/plain", "") for output in captured.outputs]
        error = outcome.error_before_exec or outcome.error_in_exec
        if error and not may_fail:
            pipe.send(("", f"{error!r} in\n{source}"))
            return
    pipe.send(("\n".join(shown), ""))
