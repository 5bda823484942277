"""Plain data between processes: JSON that is measured before it is read.

What a stranger wrote may be built to make its reader compute: ten million empty lists in a
few bytes each, brackets in brackets, a message of any length. So the marks that make values
(brackets and commas, outside of texts) are counted first, which takes one look at each byte.
Between the processes of the workshop nothing else goes: a message is a line with two
lengths, then that many bytes of JSON, then that many bytes as they are.
"""

import json
import re

import numpy as np

MOST_VALUES, DEEPEST = 2_000_000, 60
_MOST_EVENTS = 100_000
_MOST_HEAD = 64 << 20  # of a message: the cells of a notebook are in it
# A text that has no end goes to the end of the data: no byte is looked at twice.
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NO_MARKS = bytes(set(range(256)) - set(b"[]{},"))
_OPEN, _CLOSE = (np.frombuffer(marks, dtype=np.uint8) for marks in (b"[{", b"]}"))


class TooLarge(ValueError):
    """Data of more values, or deeper, than anything that is asked for."""


def loads(data, most=MOST_VALUES, deepest=DEEPEST):
    """Return what JSON holds, if it is of a size that can be read in no time.

    Parameters
    ----------
    data : bytes
    most : int
        Values at most.
    deepest : int
        Lists and objects in one another, at most.

    Raises
    ------
    TooLarge
    ValueError
        If it is no JSON.
    """
    # JSON may be in UTF-16 or UTF-32, where half a letter has the byte of a quotation mark:
    # what is measured has to be what is read.
    encoding = json.detect_encoding(data)
    text = data.decode(encoding, "surrogatepass")
    measure(data if encoding == "utf-8" else text.encode("utf-8", "surrogatepass"), most, deepest)
    return json.loads(text)


def measure(data, most=MOST_VALUES, deepest=DEEPEST):
    """Raise `TooLarge` where `loads` would; of what is no JSON it says nothing."""
    marks = _TEXT.sub(b"", data).translate(None, _NO_MARKS)
    if len(marks) > 2 * most:
        raise TooLarge(f"more than {most} values")
    marks = np.frombuffer(marks, dtype=np.uint8)
    depth = np.cumsum(np.isin(marks, _OPEN).astype(np.int32) - np.isin(marks, _CLOSE))
    if len(depth) and depth.max() > deepest:
        raise TooLarge(f"deeper than {deepest}")


def events(output):
    """Return the events that a run wrote; a line that is no event ends the reading.

    So does the hundred thousandth: a notebook has a few dozen.

    Parameters
    ----------
    output : bytes
        One JSON object per line.

    Returns
    -------
    list of dict
    """
    found = []
    for line in output.split(b"\n", _MOST_EVENTS)[:_MOST_EVENTS]:
        try:
            event = loads(line)
        except ValueError:
            break
        if not isinstance(event, dict):
            break
        found.append(event)
    return found


def text_of(text):
    """Return a text that can be written: half a character becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


# --- messages ---------------------------------------------------------------------------


def send(stream, head, body=b""):
    """Write a message: plain data, and bytes."""
    head = json.dumps(head).encode()
    stream.write(b"%d %d\n" % (len(head), len(body)) + head + body)
    stream.flush()


def receive(stream, most):
    """Read a message.

    Parameters
    ----------
    stream : binary file
    most : int
        Bytes of the body, at most.

    Returns
    -------
    head : object
    body : bytes

    Raises
    ------
    EOFError
        If the other side has ended.
    ValueError
        If it is no message, or a larger one.
    """
    line = stream.readline(64)
    if not line:
        raise EOFError
    lengths = [int(word) for word in line.split()]
    if len(lengths) != 2 or not (0 <= lengths[0] <= _MOST_HEAD and 0 <= lengths[1] <= most):
        raise ValueError("not a message")
    head, body = (stream.read(length) for length in lengths)
    if len(head) + len(body) != sum(lengths):
        raise EOFError
    return loads(head), body
