"""The bar that shows how far a command has come."""

import sys
import time
from contextlib import contextmanager

_LINE_EVERY = 15  # seconds


@contextmanager
def progress_bar(name):
    """Give a function that shows the step begun and the part done, where someone looks."""
    if not sys.stderr.isatty():
        yield lambda step, done: None
        return
    from shutil import get_terminal_size
    from threading import Event, Thread

    from tqdm import tqdm

    form = f"{name} {{percentage:3.0f}}% |{{bar:24}}| {{elapsed}} {{desc}}"
    # Where a terminal does not tell its size, tqdm alone would show nothing.
    width, height = get_terminal_size()
    over = Event()
    with tqdm(total=1, bar_format=form, ncols=width, nrows=height, leave=False) as bar:

        def keep_the_clock_running():
            while not over.wait(0.5):
                bar.refresh()

        def begin(step, done):
            bar.n = done
            bar.set_description_str(step)

        # tqdm draws when it is told of progress. A step is one call that can take minutes, and
        # a clock that stands still looks like a program that hangs: only a thread can move it.
        clock = Thread(target=keep_the_clock_running)
        clock.start()
        try:
            yield begin
        finally:
            over.set()
            clock.join()


@contextmanager
def progress_lines(name):
    """Do as `progress_bar` does; where nobody looks at a terminal, write a line now and then."""
    if sys.stderr.isatty():
        with progress_bar(name) as begin:
            yield begin
        return
    written = -float("inf")

    def begin(step, _done):
        nonlocal written
        if time.monotonic() - written >= _LINE_EVERY:
            print(f"{name}: {step}", file=sys.stderr, flush=True)
            written = time.monotonic()

    yield begin
