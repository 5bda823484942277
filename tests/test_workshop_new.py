"""`crmlab workshop new`: rosters as they come, numbers that stay, files that nobody loses."""

import json
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import PurePosixPath, PureWindowsPath

import nbformat
import papermill
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab import cli
from crmlab.errors import CRMError
from crmlab.notices import collected
from crmlab.workshop.exercise import find_exercise
from crmlab.workshop.handout import make_workshop, personal_exercise
from crmlab.workshop.plan import Plan, load_plan, participant, save_plan
from crmlab.workshop.roster import read_roster

quickly = settings(deadline=None, max_examples=50, print_blob=False)
ROSTER = "name,id,lang\nAnna,a1,\n李伟,b2,zh\nBen,c3,English\n"
RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in "123"}


@pytest.fixture
def roster(tmp_path):
    """Write a roster, text or bytes, and return its path."""

    def write(content=ROSTER, name="roster.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def class_of(tmp_path):
    return tmp_path / "class"


def files(folder):
    """Every file below a folder: path to bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def who(path, **options):
    return [(one.id, one.name, one.lang) for one in read_roster(path, **options)]


def exercise_of(folder, one, exercise="03a_rfm_and_pyramid"):
    return folder / "hand_out" / one.folder / f"{exercise}_{one.folder}.ipynb"


# --- the roster ---------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_roster_is_read_as_spreadsheets_save_it(roster, encoding, separator, line_end):
    rows = [["姓名", "学号", "语言"], ["李伟", "007", "中文"], ["Anna", "8", "English"]]
    text = line_end.join(separator.join(row) for row in rows)
    found = who(roster(text.encode(encoding)))
    assert found == [("007", "李伟", "zh"), ("8", "Anna", "en")]


def test_the_export_of_a_course_platform_is_read(roster):
    header = '"First name",Surname,"ID number","Email address"'
    text = f"{header}\nMária,Kiss,17,m@x.org\n伟,李,18,l@x.org\n"
    assert who(roster(text)) == [("17", "Mária Kiss", "en"), ("18", "李伟", "en")]


@pytest.mark.parametrize("header", ["participant", "Name", "Full Name", "姓名", "学员"])
def test_without_a_column_of_ids_the_name_is_the_id_and_that_is_said(roster, header):
    with collected() as sentences:
        assert who(roster(f"{header}\nLi Wei\nBen\n"), lang="zh") == [
            ("Li Wei", "Li Wei", "zh"),
            ("Ben", "Ben", "zh"),
        ]
    assert "the name is the id" in sentences[-1]


def test_blank_lines_do_not_count(roster):
    text = "\nname;id;\n\nAnna;1;\n;;\n;\n  ; ;\n\nBen;2;\n\n"
    assert [id for id, *_rest in who(roster(text))] == ["1", "2"]


@pytest.mark.parametrize("name", ["José Ñáñez", "Nguyễn Văn An", "Åsa"])
def test_another_export_of_the_same_name_gives_the_same_seed(roster, name):
    exports = [
        unicodedata.normalize("NFC", name),
        unicodedata.normalize("NFD", name),
        f"  {name}\u00a0",
        f"\u200e{name.replace(' ', '  ')}\u200b",
    ]
    assert len({read_roster(roster(f"name\n{export}\n")) for export in exports}) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("name,id\n", "no rows"),
        ("name,id\n,\n  ,\n", "no rows"),
        ("name,id\n\u200b,\n", "There is nobody on the roster"),
        ("who,city\nAnna,Rome\n", r"'name' \(or 姓名\).*'who', 'city'"),
        ("id\n7\n", "No column of the roster says who"),
        ("name,name\nAnna,Ben\n", "'name' stands 2 times"),
        ("name,id\nAnna,1\nBen,2\nEva,1\n", "'1' in rows 2, 4"),
        ("name\nAnna\nBen\nAnna\n", r"'Anna' in rows 2, 4.*add a column 'id'"),
        ("name,id\nAnna,1\n,2\nEva,3\n  ,4\n", "no name: 3, 5"),
        ("name,id\nAnna,1\n\nBen,\n", "no 'id': 4"),
        ("name,lang\nAnna,en\nBen,fr\nEva,klingon\n", "rows 3, 4: 'fr', 'klingon'.*en, zh"),
        ("name,id\nAnna,1\nLi, Wei,2\n", "header: 3"),
        ("name,id\n" + ",1\n" * 12, "no name: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more"),
    ],
)
def test_what_the_instructor_has_to_mend_is_told_with_its_place(roster, content, said):
    with pytest.raises(CRMError, match=said):
        read_roster(roster(content))


def test_a_title_above_the_roster_is_skipped(roster):
    (anna,) = read_roster(roster("Class 7\nname,id\nAnna,3\n"))
    assert (anna.name, anna.id) == ("Anna", "3")


def test_a_spreadsheet_is_refused_with_the_way_to_save_it(roster):
    with pytest.raises(CRMError, match="CSV UTF-8"):
        read_roster(roster(b"\xd0\xcf\x11\xe0" + bytes(508), name="roster.xlsx"))


def test_a_western_roster_that_is_not_utf8_asks_for_the_encoding(roster):
    path = roster("name\nZoë Müller\nJosé Ñáñez\n".encode("cp1252"))
    with pytest.raises(CRMError, match="encoding="):
        read_roster(path)
    assert who(path, encoding="cp1252")[0][1] == "Zoë Müller"


# --- seeds and folders --------------------------------------------------------------------

IDS = st.lists(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1).map(
        lambda text: unicodedata.normalize("NFC", text)
    ),
    min_size=1,
    max_size=8,
    unique=True,
)


@quickly
@given(IDS, st.randoms(use_true_random=False), IDS)
def test_nobodys_numbers_depend_on_the_others(tmp_path_factory, ids, chance, more):
    def read(ids):
        path = tmp_path_factory.mktemp("roster") / "r.csv"
        cells = ['"' + id.replace('"', '""') + '"' for id in ids]
        path.write_text("\n".join(["name", *cells]), encoding="utf-8", newline="")
        return {one.id: one for one in read_roster(path)}

    before = read(ids)
    longer = list(dict.fromkeys([*ids, *more]))
    chance.shuffle(longer)
    after = read(longer)
    assert before == {id: after[id] for id in before}
    assert len(before) == len(ids)


def test_the_seed_is_the_first_31_bits_of_the_digest_of_the_id():
    # Of SHA-256("abc"), the example of FIPS 180-2: ba7816bf …
    assert participant("abc", "Anna", "en").seed == 0xBA7816BF >> 1
    assert participant("abc", "Ben", "zh").seed == 0xBA7816BF >> 1


NAMES = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        ["../../etc/passwd", "a/b", "..\\..", "CON", "nul.txt", "李伟", "🙂", "C:", "."]
    ),
    st.sampled_from("/\\.:*? 字é🙂\x00\u202e").flatmap(lambda sign: st.just(sign * 300)),
)


@quickly
@given(NAMES)
def test_any_name_gives_one_safe_part_of_a_path(name):
    folder = participant("id", name, "en").folder
    for system in (PurePosixPath, PureWindowsPath):
        assert system(folder).parts == (folder,)
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\s.]', folder)
    assert folder.split(".")[0].lower() not in RESERVED
    # A name of a file may have 255 bytes, and that of the exercise stands around it.
    assert len(f"03a_rfm_and_pyramid_{folder}.ipynb".encode()) < 255


def test_chinese_and_accented_names_stay_readable():
    found = [participant("1", name, "en").folder[:-7] for name in ("李伟", "Zoë O'Neill", "प्रिया")]
    assert found == ["李伟", "Zoë_O_Neill", "प्रिया"]


def test_names_that_windows_holds_equal_get_folders_of_their_own(roster, class_of):
    text = "name,id\nAnna,1\nanna,2\nANNA,3\nAnna,4\nAnna?,5\n"
    plan = make_workshop(roster(text), "3a", class_of).plan
    assert len({one.folder.casefold() for one in plan.participants}) == 5
    assert len(list((class_of / "hand_out").iterdir())) == 5


def pair_that_shares(key, ids):
    """Return the first two ids for which `key` is the same."""
    seen = {}
    for id in ids:
        other = seen.setdefault(key(id), id)
        if other != id:
            return other, id
    raise AssertionError("too few ids")


def test_two_ids_with_one_seed_do_no_harm(roster, class_of):
    ids = (f"p{n}" for n in range(400_000))
    one, other = pair_that_shares(lambda id: participant(id, "Ann", "en").seed, ids)
    plan = make_workshop(roster(f"name,id\nAnn,{one}\nAnn,{other}\n"), "3a", class_of).plan
    assert len({person.seed for person in plan.participants}) == 1
    assert len(list(class_of.rglob("*.ipynb"))) == 2


def test_two_people_whose_folders_are_the_same_by_chance_are_refused(roster, class_of):
    ids = (f"p{n}" for n in range(60_000))
    one, other = pair_that_shares(lambda id: participant(id, "Ann", "en").folder, ids)
    with pytest.raises(CRMError, match=f"'{one}', '{other}' would share one folder"):
        make_workshop(roster(f"name,id\nAnn,{one}\nAnn,{other}\n"), "3a", class_of)
    assert not class_of.exists()


# --- the folder of the workshop -----------------------------------------------------------


def test_a_roster_gives_the_same_bytes_wherever_and_whenever(roster, tmp_path):
    for name in ("one", "two"):
        make_workshop(roster(), "3a", tmp_path / name)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert len(files(tmp_path / "one")) == 1 + 3 * 2 + 1 + 1


def test_a_longer_roster_adds_and_touches_nothing_else(roster, class_of):
    first = make_workshop(roster(), "3a", class_of)
    worked_in = exercise_of(class_of, first.plan.participants[0])
    worked_in.write_text("my answers")
    (class_of / "returned" / "Anna.ipynb").write_text("mine")
    before = files(class_of)
    longer = roster("name,id,lang\nEva,d4,\n" + ROSTER.split("\n", 1)[1])
    made = make_workshop(longer, "3a", class_of)
    assert [one.name for one in made.added] == ["Eva"]
    assert made.plan.participants == (*first.plan.participants, *made.added)
    after = files(class_of)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"workshop.json"}
    assert len(after) == len(before) + 2


def test_who_leaves_the_roster_stays_and_who_is_renamed_keeps_the_folder(roster, class_of):
    anna, li, _ben = make_workshop(roster(), "3a", class_of).plan.participants
    before = files(class_of)
    made = make_workshop(roster("name,id,lang\nAnna Rossi,a1,\nBen,c3,en\n"), "3a", class_of)
    assert (made.kept, made.absent, made.added) == ((anna,), (li,), ())
    assert files(class_of) == before


def test_a_run_that_was_broken_off_is_completed_by_the_next(roster, class_of, tmp_path):
    make_workshop(roster(), "3a", tmp_path / "whole")
    last = load_plan(tmp_path / "whole").participants[-1]
    (class_of / "hand_out").mkdir(parents=True)
    (class_of / "hand_out" / last.folder).write_text("in the way")
    with pytest.raises(OSError, match=last.folder):
        make_workshop(roster(), "3a", class_of)
    assert 0 < len(list(class_of.rglob("*.ipynb"))) < 3
    (class_of / "hand_out" / last.folder).unlink()
    # What a killed run leaves: a draft that was not moved yet.
    target = exercise_of(class_of, last)
    target.parent.mkdir()
    target.with_name(f".{target.name}.part").write_text('{"cells": [')
    make_workshop(roster(), "3a", class_of)
    assert files(class_of) == files(tmp_path / "whole")


def test_a_folder_of_another_chapter_is_refused(roster, class_of):
    make_workshop(roster("name\nAnna\n"), "5a", class_of)
    before = files(class_of)
    with pytest.raises(CRMError, match="a workshop on 05a_satisfaction_and_loyalty"):
        make_workshop(roster("name\nAnna\n"), "3a", class_of)
    assert files(class_of) == before


def test_a_folder_whose_exercise_had_other_parameters_is_refused(roster, class_of):
    plan = make_workshop(roster(), "3a", class_of).plan
    save_plan(Plan(plan.exercise, plan.parameters | {"end": "2030-12-31"}, ()), class_of)
    with pytest.raises(CRMError, match="no longer those that were handed out"):
        make_workshop(roster(), "3a", class_of)


def test_the_roster_of_another_class_is_refused(roster, class_of):
    make_workshop(roster(), "3a", class_of)
    before = files(class_of)
    with pytest.raises(CRMError, match=r"Nobody on this roster.*'a1'"):
        make_workshop(roster("name,id\nAnna,x1\nBen,x2\n"), "3a", class_of)
    assert files(class_of) == before


def test_a_language_without_an_edition_is_refused_before_anything_is_written(roster, class_of):
    with pytest.raises(CRMError, match=r"02a_value_and_clv.*'zh' yet, only in: en.*--lang"):
        make_workshop(roster(), "2a", class_of)
    assert not class_of.exists()


def test_a_file_where_the_folder_should_be_is_refused(roster):
    path = roster()
    with pytest.raises(CRMError, match="is a file; name a folder"):
        make_workshop(path, "3a", path)


# --- the plan -----------------------------------------------------------------------------


def test_the_plan_comes_back_as_it_was_saved(roster, class_of):
    plan = make_workshop(roster(), "3a", class_of).plan
    assert load_plan(class_of) == plan


@pytest.mark.parametrize("chapter", ["2a", "3a", "5a"])
def test_the_trusted_parameters_are_those_of_the_parameters_cell(chapter):
    exercise = find_exercise(chapter)
    anna = participant("a1", "Anna", "en")
    trusted = Plan(exercise.name, exercise.parameters(), (anna,)).parameters_of(anna)
    (source,) = (cell.source for cell in exercise.read("en").cells if cell.id == "parameters")
    values = {}
    exec(source, values)
    del values["__builtins__"]
    assert trusted == values | {"seed": anna.seed, "participant": "a1", "lang": "en"}


def damaged(change):
    plan = {
        "workshop": 1,
        "exercise": "03a_rfm_and_pyramid",
        "parameters": {},
        "participants": [{"id": "a", "name": "A", "lang": "en", "seed": 1, "folder": "A_1"}],
    }
    change(plan)
    return json.dumps(plan)


def entry(**values):
    return damaged(lambda plan: plan["participants"][0].update(values))


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"workshop": 1',
        "[]",
        "null",
        "[" * 100_000,
        '{"workshop": 1}',
        damaged(lambda plan: plan.update(workshop=2)),
        damaged(lambda plan: plan.update(exercise="../03")),
        damaged(lambda plan: plan.update(exercise=3)),
        damaged(lambda plan: plan.update(parameters=3)),
        damaged(lambda plan: plan.update(participants={"a": 1})),
        damaged(lambda plan: plan["participants"].append(plan["participants"][0])),
        entry(folder="../A"),
        entry(folder=""),
        entry(lang="fr"),
        entry(seed="1"),
        entry(id=7),
        entry(more=1),
    ],
)
def test_a_damaged_plan_is_refused_and_left_alone(roster, class_of, text):
    class_of.mkdir()
    (class_of / "workshop.json").write_text(text)
    with pytest.raises(CRMError):
        make_workshop(roster(), "3a", class_of)
    assert list(files(class_of)) == ["workshop.json"]


def test_a_folder_without_a_plan_is_no_workshop(tmp_path):
    with pytest.raises(CRMError, match="'crmlab workshop new' makes one"):
        load_plan(tmp_path)


# --- the exercise of the course -----------------------------------------------------------


def test_an_exercise_is_known_in_the_languages_that_it_has(tmp_path, monkeypatch):
    (tmp_path / "exercises" / "zh").mkdir(parents=True)
    for name in ("03a_x.ipynb", "zh/03a_x.ipynb", "04_y.ipynb"):
        (tmp_path / "exercises" / name).touch()
    monkeypatch.chdir(tmp_path)
    assert list(find_exercise("3A").notebooks) == ["en", "zh"]
    assert list(find_exercise(4).notebooks) == ["en"]
    with pytest.raises(CRMError, match=r"no session 3 .* 3a, 4"):
        find_exercise(3)


# --- the personal exercise ----------------------------------------------------------------


def test_the_exercise_handed_out_is_the_built_one_with_one_cell_more(roster, class_of):
    for one in make_workshop(roster(), "3a", class_of).plan.participants:
        notebook = nbformat.read(exercise_of(class_of, one), as_version=4)
        nbformat.validate(notebook)
        cells = notebook.cells
        (place,) = (n for n, cell in enumerate(cells) if cell.id == "injected-parameters")
        assert cells[place - 1].id == "parameters"
        assert notebook.metadata.crmlab == {
            "participant": one.id,
            "exercise": "03a_rfm_and_pyramid",
        }
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
        del cells[place]
        assert cells == find_exercise("3a").read(one.lang).cells


def test_papermill_takes_the_cell_for_its_own(roster, class_of, tmp_path):
    anna, *_others = make_workshop(roster(), "3a", class_of).plan.participants
    before = nbformat.read(exercise_of(class_of, anna), as_version=4)
    after = papermill.execute_notebook(
        exercise_of(class_of, anna), tmp_path / "out.ipynb", {"seed": 5}, prepare_only=True
    )
    assert len(after.cells) == len(before.cells)
    assert "seed = 5" in after.cells[2].source


@quickly
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_any_id_arrives_in_the_notebook_as_it_is(id):
    one = participant(id, "Anna", "zh")
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("seed = 1", metadata={"tags": ["parameters"]})],
        metadata=find_exercise("3a").read("zh").metadata,
    )
    values = {}
    exec(personal_exercise(notebook, "03a_rfm_and_pyramid", one).cells[1].source, values)
    assert (values["seed"], values["participant"], values["lang"]) == (one.seed, id, "zh")


def test_a_notebook_that_was_handed_out_runs_on_its_own_company(
    roster, class_of, tmp_path, monkeypatch
):
    monkeypatch.setenv("CRMLAB_PROGRESS", str(tmp_path / "progress.sqlite"))
    (one,) = make_workshop(roster("name,lang\n李伟,中文\n"), "3a", class_of).plan.participants
    out = papermill.execute_notebook(
        exercise_of(class_of, one), tmp_path / "out.ipynb", progress_bar=False
    )
    shown = json.dumps(out.cells, ensure_ascii=False)
    assert "○ purchases" in shown
    assert "✗" not in shown


# --- the welcome page ---------------------------------------------------------------------


class _Text(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.lang = [], "", ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.lang = self.lang or dict(attributes).get("lang", "")

    def handle_data(self, data):
        self.text += data


def welcome(folder, one):
    return (folder / "hand_out" / one.folder / "welcome.html").read_text(encoding="utf-8")


def test_the_welcome_page_is_in_the_participants_language_and_says_what_to_do(roster, class_of):
    anna, li, _ben = make_workshop(roster(), "3a", class_of).plan.participants
    english, chinese = _Text(welcome(class_of, anna)), _Text(welcome(class_of, li))
    assert (english.lang, chinese.lang) == ("en", "zh")
    assert "Welcome, Anna!" in english.text
    assert not re.search("[\u4e00-\u9fff]", english.text.replace(anna.folder, ""))
    assert "客户金字塔" in chinese.text
    assert "Welcome" not in chinese.text
    for page, one in ((english, anna), (chinese, li)):
        for needed in (exercise_of(class_of, one).name, "make lab", 'wb.hint("purchases")', "✓"):
            assert needed in page.text
        assert str(one.seed) in page.text
        assert "built-in" not in page.text


def test_the_welcome_page_quotes_the_cell_that_is_to_be_left_alone(roster, class_of):
    for one in make_workshop(roster(), "3a", class_of).plan.participants:
        notebook = nbformat.read(exercise_of(class_of, one), as_version=4)
        assert notebook.cells[2].source.splitlines()[0] in _Text(welcome(class_of, one)).text


def test_a_name_cannot_put_tags_into_the_page_and_the_page_asks_for_nothing(roster, class_of):
    text = 'name\n"<script src=//x.org>{{ 1 }}</script>&amp;"\nAnna\n'
    bad, anna = make_workshop(roster(text), "3a", class_of).plan.participants
    pages = [_Text(welcome(class_of, one)) for one in (bad, anna)]
    assert pages[0].tags == pages[1].tags
    assert bad.name in pages[0].text
    assert not re.search(r"@import|url\(|src=|href=|https?:", welcome(class_of, anna))


# --- the command --------------------------------------------------------------------------


def test_the_command_says_how_many_and_what_next(roster, class_of, capsys):
    arguments = ["workshop", "new", str(roster()), "--session", "3a", "--out", str(class_of)]
    assert cli.main(arguments) == 0
    said = capsys.readouterr().out
    assert "03a_rfm_and_pyramid: 3 participants, 3 of them new." in said
    assert str(class_of / "hand_out") in said
    assert str(class_of / "returned") in said
    roster("name,id,lang\nAnna B,a1,\nEva,d4,\nBen,c3,en\n")
    assert cli.main(arguments) == 0
    said = capsys.readouterr().out
    assert "4 participants, 1 of them new." in said
    assert "New: Eva" in said
    assert re.search("what was handed out stays: Anna\n", said)
    assert re.search("stay in the workshop: 李伟\n", said)


def test_the_command_refuses_with_2_and_names_its_option(roster, class_of, capsys):
    path = roster("name\nZoë Müller\nJosé Ñáñez\n".encode("cp1252"))
    arguments = ["workshop", "new", str(path), "--session", "3a", "--out", str(class_of)]
    assert cli.main(arguments) == 2
    assert "for example --encoding cp1252" in capsys.readouterr().err
    assert not class_of.exists()
    assert cli.main([*arguments, "--encoding", "cp1252"]) == 0


def test_the_command_speaks_chinese_and_so_does_what_it_writes(roster, class_of, capsys):
    path = roster("姓名\n李伟\n")
    assert (
        cli.main(
            ["workshop", "new", str(path), "--session", "3a", "--out", str(class_of), "--lang=zh"]
        )
        == 0
    )
    assert not re.search("participant|Give|Put", capsys.readouterr().out)
    (one,) = load_plan(class_of).participants
    assert one.lang == "zh"
