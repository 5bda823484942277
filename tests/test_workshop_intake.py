"""What comes back as it comes back: zips, names, copies; nobody is graded as somebody else."""

import csv
import io
import json
import os
import tempfile
import time
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from class_of import EXERCISE, PARAMETERS, hand_in
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.errors import CRMError
from crmlab.workshop import archive
from crmlab.workshop.notebook_json import NotRunnable
from crmlab.workshop.owners import clues_in
from crmlab.workshop.plan import Plan, participant
from crmlab.workshop.questions import answers_in, ask, id_of
from crmlab.workshop.questions import given as answers_given
from crmlab.workshop.returned import collect
from crmlab.workshop.runnable import code_cells
from crmlab.workshop.words import words_of
from tools.notebooks import ROOT


def a_plan(**people):
    """Return a plan of ids and names."""
    return Plan(
        EXERCISE, PARAMETERS, tuple(participant(id, name, "en") for id, name in people.items())
    )


ANN, BEN = "Ann Lee", "Ben O'Neill"
CLASS = a_plan(a1=ANN, b2=BEN, c3="李伟", d4="王小明")
MOODLE = "{name}_{number}_assignsubmission_file_"


def of(plan, id):
    return next(one for one in plan.participants if one.id == id)


def notebook(owner=None, *, metadata=True, parameters=True, text="x = 1", exercise=EXERCISE):
    """Return a small notebook as text, made for somebody as `workshop new` makes it."""
    cells = [{"cell_type": "code", "metadata": {}, "source": [text], "outputs": []}]
    if owner is not None and parameters:
        source = (
            f'# Your own numbers\nseed = {owner.seed}\nparticipant = "{owner.id}"\nlang = "en"\n'
        )
        tags = {"tags": ["injected-parameters"]}
        cells.insert(0, {"cell_type": "code", "metadata": tags, "source": source, "outputs": []})
    about = {"participant": owner.id, "exercise": exercise} if owner and metadata else {}
    return json.dumps(
        {"cells": cells, "metadata": {"crmlab": about}, "nbformat": 4, "nbformat_minor": 4}
    )


class _Unmarked(zipfile.ZipInfo):
    """A member whose name is written as the bytes that it is, without the mark of UTF-8."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("latin-1"), self.flag_bits


def a_zip(path, members):
    """Write a zip of names and contents; a name may be bytes."""
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            is_raw = isinstance(name, bytes)
            kind = _Unmarked if is_raw else zipfile.ZipInfo
            info = kind(name.decode("latin-1") if is_raw else name, (2026, 3, 1, 12, 0, 0))
            file.writestr(info, content, zipfile.ZIP_DEFLATED)
    return path


def owners(intake):
    return {one.file: one.participant and one.participant.id for one in intake.notebooks}


@pytest.fixture
def gather(tmp_path):
    """Return a function that collects what came back: a dict of files, or a zip."""

    def take(source, plan=CLASS, **options):
        if isinstance(source, dict):
            for name, content in source.items():
                hand_in(tmp_path / "back", name, content)
            source = tmp_path / "back"
        (tmp_path / "workshop").mkdir(exist_ok=True)
        return collect(plan, source, tmp_path / "workshop", **options)

    return take


# --- names that platforms give ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("Ann Lee_12345_assignsubmission_file_/x.ipynb", "a1"),
        ("Lee Ann_12345_assignsubmission_file/sub/x.ipynb", "a1"),
        ("O'Neill Ben_9_assignsubmission_file_x.ipynb", "b2"),
        ("伟 李_7_assignsubmission_file_/x.ipynb", "c3"),
        ("李伟_7_assignsubmission_onlinetext_/x.ipynb", "c3"),
        ("leeann_12345_678910_name-1.ipynb", "a1"),
        ("oneillben_LATE_12345_678910_name-1 (2).ipynb", "b2"),
        ("submissions/王小明_12345_678910_x.ipynb", "d4"),
        ("b2/03a_rfm_and_pyramid/03a_rfm_and_pyramid.ipynb", "b2"),
        ("ANN_LEE/x.ipynb", "a1"),
        ("homework of Lee, Ann.ipynb", "a1"),
        ("李伟作业.ipynb", "c3"),
        ("annlee - Copy.ipynb", "a1"),
        ("王小明 - 副本.ipynb", "d4"),
    ],
)
def test_the_names_that_platforms_and_people_give_are_read(gather, name, owner):
    assert owners(gather({name: notebook()})) == {name: owner}


@pytest.mark.parametrize(
    "suffix",
    [
        ".ipynb",
        ".ipynb.txt",
        ".ipynb.json",
        ".IPYNB",
        " (2).ipynb",
        ".ipynb (1).txt",
        " - 副本.ipynb",
    ],
)
def test_what_browsers_and_people_add_to_a_name_does_no_harm(gather, suffix):
    name = f"Ann Lee{suffix}"
    assert owners(gather({name: notebook()})) == {name: "a1"}


@pytest.mark.parametrize("name", ["hw1_3.ipynb", "week 2/exercise 3.ipynb"])
def test_a_short_id_is_not_looked_for_among_words(gather, name):
    plan = a_plan(**{"1": ANN, "2": BEN, "3": "Cy Fox"})
    (one,) = gather({name: notebook()}, plan).questions
    assert one.participant is None
    assert owners(gather({name: notebook(of(plan, "2"))}, plan)) == {name: "2"}


def test_the_notebooks_own_id_comes_first_then_the_folder_then_the_name(gather):
    ann, ben = of(CLASS, "a1"), of(CLASS, "b2")
    found = gather(
        {
            "Ben.ipynb": notebook(ann),
            f"x/{EXERCISE}_{ben.folder}.ipynb": notebook(),
            f"Ann Lee/{EXERCISE}_李伟_{of(CLASS, 'c3').folder[-6:]}.ipynb": notebook(),
            "王小明.ipynb": notebook(),
        }
    )
    assert list(owners(found).values()) == ["c3", "a1", "b2", "d4"]
    assert not found.questions


@pytest.mark.parametrize("kept", [{"metadata": False}, {"parameters": False}])
def test_half_of_what_was_handed_out_is_enough_where_nobody_else_is_named(gather, kept):
    found = gather({"final.ipynb": notebook(of(CLASS, "b2"), **kept)})
    assert owners(found) == {"final.ipynb": "b2"}
    assert not found.questions
    assert "Renamed" in found.notebooks[0].remarks[0]


def test_the_numbers_of_an_exercise_handed_out_to_nobody_name_nobody(gather):
    plan = a_plan(me="Me Myself")
    text = notebook().replace("x = 1", 'seed = 1\\nparticipant = \\"me\\"')
    (one,) = gather({"final.ipynb": text}, plan).questions
    assert one.participant is None


def test_two_people_of_one_name_are_told_apart_by_what_stands_in_their_notebooks(gather):
    plan = a_plan(p1=ANN, p2=ANN)
    name = "Ann Lee_{}_assignsubmission_file_/x.ipynb"
    found = gather({name.format(n): notebook(of(plan, f"p{n}")) for n in (1, 2)}, plan)
    assert owners(found) == {name.format(1): "p1", name.format(2): "p2"}
    (one,) = gather({name.format(3): notebook()}, plan).questions
    assert [person.id for person in one.asked] == ["p1", "p2"]


# --- questions ----------------------------------------------------------------------------


def test_a_notebook_that_came_from_one_and_was_made_for_another_is_asked_about(gather):
    name = "Ben O'Neill_5_assignsubmission_file_/x.ipynb"
    (one,) = gather({name: notebook(of(CLASS, "a1"))}).questions
    assert [person.id for person in one.asked] == ["b2", "a1"]
    assert "made for Ann Lee" in one.remarks[0]


def test_questions_come_in_one_list_and_its_answers_are_used(gather, tmp_path):
    files = {f"{text}.ipynb": notebook(text=text) for text in ("one", "two", "three")}
    intake = gather(files)
    with pytest.raises(CRMError, match=r"(?s)one\.ip.*three\.ip.*two\.ip.*whose\.csv.*--who"):
        ask(intake.questions, tmp_path)
    path = tmp_path / "whose.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert [row["file"] for row in rows] == ["one.ipynb", "three.ipynb", "two.ipynb"]
    for row, answer in zip(rows, ["a1", "-", BEN], strict=True):
        row["id"] = answer
    text = ";".join(rows[0]) + "\n" + "".join(";".join(row.values()) + "\n" for row in rows)
    path.write_bytes(text.encode("utf-16"))  # as some spreadsheets save it
    again = gather(files, answers=answers_in(tmp_path, CLASS))
    assert owners(again) == {"one.ipynb": "a1", "two.ipynb": "b2"}
    assert not again.questions
    assert [one.file for one in again.passed_over] == ["three.ipynb"]
    # Another file of the name, next week, is another question.
    assert (
        len(
            gather(
                {"one.ipynb": notebook(text="new")}, answers=answers_in(tmp_path, CLASS)
            ).questions
        )
        == 1
    )


def test_an_answer_can_be_given_on_the_command_line_and_a_wrong_one_is_told(gather, tmp_path):
    answers = answers_given(["one=x.ipynb=a1", "two.ipynb=-"], CLASS)
    assert answers == {"one=x.ipynb": "a1", "two.ipynb": ""}
    assert owners(gather({"one=x.ipynb": notebook()}, answers=answers)) == {"one=x.ipynb": "a1"}
    for wrong in ("a1", "x.ipynb=nobody", "=a1"):
        with pytest.raises(CRMError, match="FILE=ID"):
            answers_given([wrong], CLASS)
    (tmp_path / "whose.csv").write_text("file,may_be,why,id,question\nx,,,zz,q1\n")
    with pytest.raises(CRMError, match=r"whose\.csv', row 2: 'zz' is no id"):
        answers_in(tmp_path, CLASS)


def test_an_id_that_lost_its_zeros_in_a_spreadsheet_is_known():
    plan = a_plan(**{"007": ANN, "70": BEN})
    assert [id_of(answer, plan) for answer in ("7", "70", "Ann Lee", "0", "x")] == [
        *("007", "70", "007"),
        *(None, None),
    ]


# --- passed over --------------------------------------------------------------------------


def test_what_is_no_notebook_is_named_with_what_to_do(gather, tmp_path):
    ann = of(CLASS, "a1")
    found = gather(
        {
            "Ann Lee/x.ipynb": notebook(ann),
            "Ann Lee/data.csv": "1",
            "Ann Lee/old.rar": "Rar!",
            "Ben/essay.pdf": "%PDF",
            "all.7z": "7z",
            "__MACOSX/._x.ipynb": "junk",
            "Ann Lee/.ipynb_checkpoints/x-checkpoint.ipynb": "{}",
            "Ann Lee/x (2).ipynb": notebook(ann),
        }
    )
    assert owners(found) == {"Ann Lee/x (2).ipynb": "a1"}
    why = {one.file: one.why for one in found.passed_over}
    assert set(why) == {"Ann Lee/old.rar", "Ben/essay.pdf", "all.7z", "Ann Lee/x.ipynb"}
    assert "Unpack" in why["all.7z"]
    assert ".pdf" in why["Ben/essay.pdf"]
    assert "to the byte" in why["Ann Lee/x.ipynb"]


def test_nothing_unreadable_beside_a_notebook_costs_a_row(gather, tmp_path):
    ann, ben = of(CLASS, "a1"), of(CLASS, "b2")
    back = tmp_path / "back"
    gather({"Ann Lee/x.ipynb": notebook(ann), "Ann Lee/helper.py": "a = 1"})
    hand_in(back, "Ben/y.ipynb", notebook(ben))
    os.mkfifo(back / "Ann Lee" / "pipe")
    (back / "Ann Lee" / "gone").symlink_to(tmp_path / "nowhere")
    (back / "Ann Lee" / "loop").symlink_to(back)
    (back / "Ben" / "etc").symlink_to("/etc")
    (back / "linked.ipynb").symlink_to(back / "Ben" / "y.ipynb")
    os.mkfifo(back / "pipe.ipynb")
    found = gather(back)
    assert owners(found) == {"Ann Lee/x.ipynb": "a1", "Ben/y.ipynb": "b2"}
    assert {one.file for one in found.passed_over} == {
        *("Ann Lee/pipe", "Ann Lee/gone", "Ann Lee/loop", "Ben/etc", "linked.ipynb"),
        "pipe.ipynb",
    }
    (folder, _other) = [one.folder for one in found.notebooks]
    assert sorted(path.name for path in folder.iterdir()) == ["helper.py", "x.ipynb"]


def test_a_notebook_of_another_exercise_says_so(gather):
    ann = of(CLASS, "a1")
    (one,) = gather({"x.ipynb": notebook(ann, exercise="05b_churn")}).notebooks
    assert one.participant == ann
    assert "05b_churn" in one.problem


@pytest.mark.parametrize(
    "content", [b"[" * 10**6, b"[" + b"{}," * 4_000_000 + b"{}]", b"1" * 10**6]
)
def test_a_notebook_that_would_take_the_memory_is_not_read(content):
    tracemalloc.start()
    with pytest.raises(NotRunnable):
        code_cells(content, {})
    assert tracemalloc.get_traced_memory()[1] < 50 << 20
    tracemalloc.stop()


def test_only_what_is_run_has_to_be_small():
    shown = {"output_type": "stream", "name": "stdout", "text": ["x"] * 100_000}
    cells = [
        {
            "cell_type": "code",
            "source": ["x = 1\n", "y"],
            "outputs": [shown],
            "metadata": {"a": shown},
        },
        {"cell_type": "markdown", "source": ["word"] * 100_000, "metadata": {}},
        {"cell_type": "code", "source": "z", "metadata": {"tags": ["parameters", 3]}},
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    content = json.dumps(notebook).encode()
    assert [cell.source for cell in code_cells(content, {"a": 1})] == ["x = 1\ny", "z", "a = 1"]
    too_many = {**notebook, "cells": cells[2:] * 10_000}
    with pytest.raises(NotRunnable, match="more than"):
        code_cells(json.dumps(too_many).encode(), {})


@pytest.mark.parametrize("cell", [3, {}, {"cell_type": "x", "source": ""}, {"cell_type": "code"}])
def test_a_cell_that_is_none_is_a_damaged_notebook(cell):
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    with pytest.raises(NotRunnable, match="damaged"):
        code_cells(json.dumps(notebook).encode(), {})


# --- zips ---------------------------------------------------------------------------------


@pytest.mark.parametrize("wrapped", ["", "class 7/"])
def test_a_zip_of_the_class_is_read_as_the_folder_would_be(gather, tmp_path, wrapped):
    ann, ben = of(CLASS, "a1"), of(CLASS, "b2")
    inner = a_zip(tmp_path / "inner.zip", {"work/y.ipynb": notebook(ben)}).read_bytes()
    members = {
        f"{wrapped}Ann Lee_1_assignsubmission_file_/x.ipynb": notebook(ann),
        f"{wrapped}Ann Lee_1_assignsubmission_file_/data.csv": "1",
        f"{wrapped}Ben O'Neill_2_assignsubmission_file_/y.zip": inner,
    }
    found = gather(a_zip(tmp_path / "class.zip", members))
    assert list(owners(found).values()) == ["a1", "b2"]
    assert found.notebooks[1].file.endswith("file_/y.zip/work/y.ipynb")
    assert not found.passed_over
    assert sorted(path.name for path in found.notebooks[0].folder.iterdir()) == [
        "data.csv",
        "x.ipynb",
    ]
    assert found.notebooks[0].moment == datetime(2026, 3, 1, 12)


def test_names_in_gbk_and_in_old_western_code_pages_are_read(gather, tmp_path):
    plan = a_plan(c3="李伟", d4="镕基", z5="Zoë Müller")
    chinese = {f"{name}.ipynb".encode("gbk"): notebook() for name in ("李伟", "镕基")}
    path = a_zip(tmp_path / "gbk.zip", chinese)
    assert owners(gather(path, plan)) == {"李伟.ipynb": "c3", "镕基.ipynb": "d4"}
    path = a_zip(tmp_path / "dos.zip", {"Zoë Müller.ipynb".encode("cp437"): notebook()})
    assert owners(gather(path, plan)) == {"Zoë Müller.ipynb": "z5"}
    path = a_zip(tmp_path / "utf8.zip", {"李伟.ipynb".encode(): notebook()})
    assert owners(gather(path, plan)) == {"李伟.ipynb": "c3"}


def test_what_may_harm_is_not_unpacked_and_costs_nobody_else(gather, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 30 << 20)
    ann = of(CLASS, "a1")
    bomb = b"\0" * (25 << 20)
    deep = notebook(text="deep")
    for level in range(5):
        deep = a_zip(
            tmp_path / f"{level}.zip", {"in.zip" if level else "x.ipynb": deep}
        ).read_bytes()
    path = a_zip(
        tmp_path / "class.zip",
        {
            "../../escaped.ipynb": notebook(),
            "/tmp/escaped.ipynb": notebook(text="absolute"),
            "C:\\windows\\x.ipynb": notebook(text="drive"),
            "Ben/bomb.ipynb": bomb,
            "Ben/y.ipynb": notebook(of(CLASS, "b2")),
            "李伟/deep.zip": deep,
            "李伟/broken.zip": b"PK\x03\x04" + b"\0" * 100,
            "王小明/a.csv": os.urandom(20 << 20),
            "王小明/b.csv": os.urandom(20 << 20),
            "王小明/z.ipynb": notebook(of(CLASS, "d4")),
            "Ann Lee/x.ipynb": notebook(ann),
        },
    )
    with zipfile.ZipFile(path, "a") as file:
        link = zipfile.ZipInfo("Ann Lee/link.ipynb")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    before = set(tmp_path.iterdir())
    found = gather(path)
    assert set(tmp_path.iterdir()) - before == {tmp_path / "workshop"}
    known = {file: id for file, id in owners(found).items() if id}
    assert known == {"Ben/y.ipynb": "b2", "王小明/z.ipynb": "d4", "Ann Lee/x.ipynb": "a1"}
    why = {one.file: one.why for one in found.passed_over}
    assert "leads out" in why["../../escaped.ipynb"]
    assert "larger" in why["Ben/bomb.ipynb"]
    assert "too deep" in next(text for file, text in why.items() if file.startswith("李伟/deep"))
    assert "damaged" in why["李伟/broken.zip"]
    assert "larger" in (why.get("王小明/b.csv") or why["王小明/a.csv"])
    assert "link" in why["Ann Lee/link.ipynb"]
    unpacked = tmp_path / "workshop" / ".unpacked"
    assert all(unpacked in path.resolve().parents for path in unpacked.rglob("*"))


def test_a_zip_of_endless_members_is_refused_before_it_is_read_in(gather, tmp_path):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as file:
        for number in range(20_001):
            file.writestr(f"{number}", "")
    (one,) = gather(path).passed_over
    assert "more than 20,000 files" in one.why


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=6, unique=True), st.binary(max_size=60))
def test_no_name_in_a_zip_leads_out_or_stops_the_others(tmp_path_factory, names, content):
    folder = tmp_path_factory.mktemp("zip")
    members = dict.fromkeys(names, content) | {
        "Ann Lee_1_assignsubmission_file_/x.ipynb": notebook()
    }
    found = collect(CLASS, a_zip(folder / "c.zip", members), folder / "w")
    assert "a1" in owners(found).values()
    assert {path.name for path in folder.iterdir()} == {"c.zip", "w"}
    assert all(
        path.resolve().is_relative_to((folder / "w").resolve()) for path in folder.rglob("w/**/*")
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_zip_is_a_line_in_the_report_and_no_more(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("zip")
    path = a_zip(folder / "c.zip", {"Ann Lee/x.ipynb": notebook(), "Ben/y.ipynb": "{}"})
    content = bytearray(path.read_bytes())
    for _turn in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    collect(CLASS, path, folder / "w")


def test_something_else_than_a_folder_or_a_zip_is_told_so(gather, tmp_path):
    (tmp_path / "class.rar").write_text("Rar!")
    with pytest.raises(CRMError, match="neither a folder nor a zip"):
        gather(tmp_path / "class.rar")
    with pytest.raises(CRMError, match="There is no folder"):
        gather(tmp_path / "nowhere")


# --- answers in words ---------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_answer_in_words_is_found_however_it_was_written(lang):
    folder = ROOT / "exercises" if lang == "en" else ROOT / "exercises" / "zh"
    book = json.loads((folder / f"{EXERCISE}.ipynb").read_text("utf-8"))
    (words,) = words_of(book)
    assert words.text == ""
    cells = book["cells"]
    place = next(n for n, cell in enumerate(cells) if cell["id"] == "memo-yours")
    given_out = "".join(cells[place]["source"])
    cells[place]["source"] = [given_out.rstrip(".…"), " We serve\n", "them all."]
    cells.insert(place + 1, {"cell_type": "markdown", "metadata": {}, "source": "And more."})
    for cell in cells:
        cell.pop("id", None)  # some programs drop it
    (words,) = words_of(book)
    assert words.text == "We serve\nthem all.\n\nAnd more."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "metadata", "crmlab", "participant", "source", "tags", "id", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_whatever_stands_in_a_notebook_is_asked_without_an_error(content):
    clues_in("x.ipynb", content, CLASS.participants, EXERCISE)
    words_of(content)


# --- what is built to stop the class ------------------------------------------------------


def test_a_long_line_among_the_parameters_is_read_once():
    ann = of(CLASS, "a1")
    blank = notebook(ann).replace("seed = ", f"seed = a{' ' * 3_000_000}b\\nseed = ")
    assert clues_in("x.ipynb", json.loads(blank), CLASS.participants, EXERCISE).own == ann


def test_a_notebook_of_nothing_but_places_for_words_is_read_in_no_time():
    cells = [{"cell_type": "markdown", "source": "Your answer: a"}] * 300_000
    found = words_of({"cells": cells})
    assert len(found) == 100
    assert {one.text for one in found} == {"a"}


def test_a_path_that_is_too_long_and_a_time_that_no_calendar_has_cost_nobody_a_row(gather):
    ann, ben = of(CLASS, "a1"), of(CLASS, "b2")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:  # which keeps any time
        back, here = Path(folder), os.open(".", os.O_RDONLY)
        hand_in(back, "Ann Lee/x.ipynb", notebook(ann))
        os.utime(hand_in(back, "Ben/y.ipynb", notebook(ben)), (2**40, 2**40))
        os.chdir(back / "Ann Lee")
        try:
            for _level in range(45):
                os.mkdir("d" * 100)
                os.chdir("d" * 100)
        finally:
            os.fchdir(here)
            os.close(here)
        found = gather(back)
    assert owners(found) == {"Ann Lee/x.ipynb": "a1", "Ben/y.ipynb": "b2"}
    assert [one.moment is None for one in found.notebooks] == [False, True]
    (one,) = found.passed_over
    assert "cannot be read" in one.why


def test_of_very_many_notebooks_of_one_person_the_newest_are_graded(gather, tmp_path):
    ann, ben = of(CLASS, "a1"), of(CLASS, "b2")
    for number in range(30):
        path = hand_in(
            tmp_path / "back", f"Ann Lee/{number}.ipynb", notebook(ann, text=f"{number}")
        )
        os.utime(path, (number, number))
    found = gather({"Ben/y.ipynb": notebook(ben)})
    assert {*owners(found)} == {"Ben/y.ipynb", *(f"Ann Lee/{n}.ipynb" for n in range(20, 30))}
    assert len(found.passed_over) == 20
    assert "more than 10 notebooks of Ann Lee" in found.passed_over[0].why


def test_a_zip_of_one_person_has_one_share_whatever_its_folders_say(gather, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 5 << 20)
    many = {f"{number}/zeros": b"\0" * (1 << 20) for number in range(20)}
    a_zip(tmp_path / "ann.zip", many)
    gather(
        {
            "Ann Lee/x.ipynb": notebook(of(CLASS, "a1")),
            "Ann Lee/all.zip": (tmp_path / "ann.zip").read_bytes(),
            "Ann Lee.zip": (tmp_path / "ann.zip").read_bytes(),
        }
    )
    unpacked = list((tmp_path / "workshop" / ".unpacked").rglob("zeros"))
    assert sum(path.stat().st_size for path in unpacked) == 10 << 20


def test_what_looks_like_many_members_within_a_member_refuses_nobody(gather, tmp_path):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as file:  # stored as it is, as archives within are
        file.writestr("Ann Lee/x.ipynb", notebook(of(CLASS, "a1")))
        file.writestr("Ben/data.bin", b"PK\x01\x02" * 30_000)
    assert owners(gather(path)) == {"Ann Lee/x.ipynb": "a1"}


def with_parameters(source):
    return {
        "cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}]
    }


@pytest.mark.parametrize(
    "content",
    [
        with_parameters("participant = {[]: 1}"),
        with_parameters("seed = {{1}}"),
        with_parameters("seed = " + "[" * 900),
        with_parameters("seed = x" + " " * 10**5 + "y"),
        with_parameters("seed" + " " * 10**5 + "y"),
        {"cells": [{"cell_type": "raw", "source": "Your a:"}] * 20_000},
    ],
    ids=["no key", "no member", "deep", "blanks", "no sign", "words"],
)
def test_no_notebook_stops_or_delays_the_question_whose_it_is(content):
    begun = time.process_time()
    assert clues_in("x.ipynb", content, CLASS.participants, EXERCISE).own is None
    assert len(words_of(content)) <= 100
    assert time.process_time() - begun < 2


def test_a_remark_behind_the_parameters_is_none_of_them():
    ann = CLASS.participants[0]
    content = with_parameters(f"seed = {ann.seed}  # mine\nparticipant = {ann.id!r} # 'b2'\n")
    assert clues_in("x.ipynb", content, CLASS.participants, EXERCISE).own == ann
