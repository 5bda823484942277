"""Say where the manuscript breaks a rule of the house.

``python -m tools.lint`` lists every place by file and cell; the tests find none. The rules are
those that a reader of code can check:

- A difference of two shares is in points: no ``%`` with a sign, none on what is called a
  difference, none beside ``±``. A relative change says so: ``{growth:+.0relative}``.
- ± is half a 95 % interval: it comes from a format such as ``{gain:±+.1points}``, which takes
  both numbers, and never stands before a standard deviation or error.
- A table is the last thing in its cell: further up nobody would see it.
- What a cell shows is read: a table or a value is followed, in its section, by a sentence, a
  figure, or a paragraph. No heading stands alone.
- A memo ends with what its figures rest on: `crm.evidence` names cells that are above it.
- A session takes at most 100 minutes, and says how many by ``{{minutes}}``.
- A sort leaves equal values in the order they had: another one orders them as the processor
  likes, and the next machine shows another table.
"""

import ast
import re
import sys

from tools.notebooks import MINUTES, ROOT, ManuscriptError, minutes, read_script

LONGEST = 100  # minutes
# What breaks a rule today. A test refuses an entry that is no longer needed.
UNREAD = {}

_FIELD = re.compile(r"\{([^{}]*?)(?:![rsa])?:([^{}:]*)\}")
_NAMES_A_DIFFERENCE = re.compile(
    r"(?<![a-z])(differences?|gap|uplift|gain|effect|extra|against|change)(?![a-z])|±",
    re.IGNORECASE,
)
_TELLS_A_DIFFERENCE = re.compile(
    r"(difference|gap|uplift|effect)(,? 95 % interval)?"
    r"(:| is| was| of| about| between| from)*\s*\{[^{}]*%\}",
    re.IGNORECASE,
)
_DRAWS_A_DIFFERENCE = re.compile(r"difference|uplift|effect|change of", re.IGNORECASE)
_BY_HAND = re.compile(r"±\s*\{")
_PER_CENT_AROUND = re.compile(r"±\s*\d[\d.]*\s*%")
_NOT_AN_INTERVAL = re.compile(
    r"±\s*(an?\s|one\s)?(sd|std|sem|se|standard\s(deviation|error))\b", re.IGNORECASE
)
_HEADING = re.compile(r"(#+) .*")
_SHOWN = {"table", "print", "display", "head", "tail", "describe"}
_READ = {"tell", "show"}


def faults(script):
    """Return what is wrong with a lesson or workbook, as pairs of cell and sentence."""
    cells = read_script(script)
    found = [*_formats(cells), *_headings(cells), *_wordless(cells), *_sorts(cells)]
    found += _unseen(cells)
    if script.name == "lesson.py":
        known = UNREAD.get(script.parent.name, ())
        found += [fault for fault in _unread(cells) if fault[0] not in known]
        found += [*_untimed(cells), *_unsupported(cells)]
        found += _too_long(cells)
    return found


def needless(script):
    """Return the exceptions of a lesson that it does not need."""
    cells, folder = read_script(script), script.parent.name
    unread = {cell for cell, _fault in _unread(cells)}
    return sorted(UNREAD.get(folder, set()) - unread)


# --- points, ± -----------------------------------------------------------------------------


def _formats(cells):
    for cell in cells:
        if cell.cell_type == "markdown":
            yield from ((cell.id, fault) for fault in _written_by_hand(cell.source))
            continue
        tree = ast.parse(cell.source)
        for text in _texts(tree):
            yield from ((cell.id, fault) for fault in _written_by_hand(text))
            yield from ((cell.id, fault) for fault in _in_text(text))
        for name, form in _columns(tree):
            if form.endswith("%}") and "+" not in form and _NAMES_A_DIFFERENCE.search(name):
                yield cell.id, f"the column {name!r} is a difference: write {{:.1points}}"
        for call in _calls(tree):
            yield from ((cell.id, fault) for fault in _in_call(call, cell.source))


def _texts(tree):
    """Yield every text of a cell, an f-string as its source."""
    parts = set()
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr():
                parts |= {id(part) for part in ast.walk(node)}
                yield ast.unparse(node)
            case ast.Constant(value=str(text)) if id(node) not in parts:
                yield text


def _written_by_hand(text):
    for found in _PER_CENT_AROUND.findall(text):
        yield f"{found!r}: half an interval of a share is in points"
    if _NOT_AN_INTERVAL.search(text):
        yield "± is half a 95 % interval; call a standard deviation or error by its name"


def _in_text(text):
    if _BY_HAND.search(text):
        yield "± comes with its format, which takes the estimate and the half: {gain:±+.1points}"
    shares = [(name, spec) for name, spec in _FIELD.findall(text) if spec.endswith("%")]
    for name, spec in shares:
        if "+" in spec:
            yield (
                f"{{{name}:{spec}}} is per cent with a sign; write points for a difference of "
                "shares, relative for a relative change"
            )
        elif "±" not in spec and _NAMES_A_DIFFERENCE.search(name):
            yield f"{{{name}:{spec}}}: a difference of shares is in points, not in per cent"
    if _TELLS_A_DIFFERENCE.search(text) and not any("+" in spec for _name, spec in shares):
        yield "a difference of shares is in points, not in per cent"


def _columns(tree):
    """Yield the columns that a cell gives a format, with it."""
    for node in ast.walk(tree):
        match node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    yield from _named(key, value)
            case ast.Call(func=ast.Attribute(attr="fromkeys"), args=[ast.List(elts=keys), value]):
                for key in keys:
                    yield from _named(key, value)


def _named(key, value):
    match key, value:
        case ast.Constant(value=str(name)), ast.Constant(value=str(form)) if _FIELD.search(form):
            yield name, form


def _in_call(call, source):
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    match _name(call), call.args:
        case "table", [_, _, ast.Constant(value=str(form)), *_] if form.endswith("%}"):
            if '"±' in source:
                yield "one format of per cent for all columns, of which one is ±"
        case "show", _:
            for axis in getattr(named.get("percent"), "value", ""):
                label = getattr(named.get(axis), "value", "")
                if _DRAWS_A_DIFFERENCE.search(label):
                    yield f"the axis {label!r} is a difference: write in_points, not percent"
    around = re.findall(r"\{(\w+):±", source)
    for name in around:
        match named.get(name):
            case ast.Tuple(elts=[_, ast.Call(func=ast.Attribute(attr="std" | "sem" as spread))]):
                yield f"{name}: half a 95 % interval is 1.96 standard errors, not {spread}()"


def _calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _name(call):
    return getattr(call.func, "id", getattr(call.func, "attr", None))


# --- memos ---------------------------------------------------------------------------------


def figures_of_memo(cells):
    """Yield the figures of a memo: the cell that lists them, what each is, and its own cell."""
    for cell in cells:
        for call in _calls(ast.parse(cell.source)) if cell.cell_type == "code" else ():
            if _name(call) == "evidence":
                for figure in call.args:
                    what, *_numbers, source, _assumption = figure.elts
                    yield cell.id, what.value, source.value


def _unsupported(cells):
    above = [cell.id for cell in cells if cell.cell_type == "code"]
    for place, what, source in figures_of_memo(cells):
        if source not in above[: above.index(place)]:
            yield place, f"{what!r}: there is no cell {source!r} above that computes it"


# --- sorts ---------------------------------------------------------------------------------


def _sorts(cells):
    for cell in cells:
        if cell.cell_type == "code":
            yield from ((cell.id, fault) for fault in unstable_sorts(ast.parse(cell.source)))


def unstable_sorts(tree):
    """Yield what is wrong with each sort that orders equal values as the processor likes.

    A sort by several columns is stable in pandas, and different values have one order only.
    """
    for call in _calls(tree):
        name, kind = _name(call), {word.arg: word.value for word in call.keywords}.get("kind")
        match name, call:
            case "argpartition", _:
                yield "argpartition breaks ties by chance: write argsort, stable"
            case "sort_values" | "argsort", ast.Call(args=[ast.List(elts=[_, _, *_]), *_]):
                pass
            case "sort_values", ast.Call(func=ast.Attribute(value=ast.Call() as different)) if (
                _name(different) == "unique"
            ):
                pass
            case "sort_values" | "argsort", _ if getattr(kind, "value", None) != "stable":
                yield f'{name} leaves equal values in no order: write kind="stable"'


# --- readings, headings, time --------------------------------------------------------------


def _unread(cells):
    """Yield the cells that show a table or a value which nothing in their section reads."""
    waiting = []
    for cell in cells:
        if cell.cell_type == "markdown":
            if _HEADING.match(cell.source):
                yield from waiting
            waiting = []
            continue
        tree = ast.parse(cell.source)
        called = {_name(call) for call in _calls(tree)}
        last = tree.body[-1] if tree.body else None
        value = isinstance(last, ast.Expr) and not isinstance(last.value, ast.Call)
        if called & _SHOWN or value:
            waiting.append((cell.id, "nothing says what this cell shows"))
        if called & _READ:
            waiting = []
    yield from waiting


def _unseen(cells):
    """Yield the cells with a table that no notebook shows, because something comes after it."""
    for cell in cells:
        tree = ast.parse(cell.source) if cell.cell_type == "code" else None
        for node in ast.walk(tree) if tree and tree.body else ():
            match node:
                case ast.Expr(value=ast.Call() as call) if (
                    ast.unparse(call.func) == "plots.table" and node is not tree.body[-1]
                ):
                    yield cell.id, "a table is shown only as the last thing in its cell"


def _wordless(cells):
    for cell in cells:
        if cell.cell_type == "code":
            for call in _calls(ast.parse(cell.source)):
                match _name(call), call.args:
                    case "tell", [ast.Constant(value=str(text)), *_]:
                        if not re.search(r"[^\W\d_]", re.sub(r"\{[^{}]*\}", "", text)):
                            yield cell.id, f"tell({text!r}) says nothing"


def _headings(cells):
    for cell, following in zip(cells, [*cells[1:], None], strict=True):
        *_, last = cell.source.strip().splitlines() or [""]
        if cell.cell_type == "markdown" and (heading := _HEADING.fullmatch(last)):
            after = _HEADING.match(following.source) if following else None
            of_text = following and following.cell_type == "markdown"
            if not following or (of_text and after and len(after[1]) <= len(heading[1])):
                yield cell.id, f"nothing stands below {last!r}"


def _untimed(cells):
    for cell in cells:
        if cell.cell_type == "markdown" and "*Time:*" in cell.source:
            time = cell.source.partition("*Time:*")[2].partition(".")[0]
            if MINUTES not in time or re.search(r"\d", time):
                yield cell.id, f"the builder computes the time: write {MINUTES} minutes"


def _too_long(cells):
    time = minutes(cells)
    if time > LONGEST:
        return [(cells[0].id, f"the session takes {time} minutes, and may take {LONGEST}")]
    return []


def main():
    found = [
        f"{script.relative_to(ROOT)}, cell {cell!r}: {fault}"
        for script in scripts()
        for cell, fault in faults(script)
    ]
    sys.exit("\n".join(found) or None)


def scripts():
    """Return every lesson and workbook of the manuscript."""
    folders = sorted((ROOT / "manuscript").iterdir())
    return [path for folder in folders for path in sorted(folder.glob("*.py"))]


if __name__ == "__main__":
    try:
        main()
    except ManuscriptError as error:
        sys.exit(str(error))
