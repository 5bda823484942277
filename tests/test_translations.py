"""The editions in other languages say what the English one says, completely and well."""

import ast
import re
import string
import warnings

import matplotlib
import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib import pyplot as plt

import crmlab
from crmlab import plots
from tools import catalogue, font, notebooks, translations

POS = sorted(catalogue.LOCALE.glob("*/LC_MESSAGES/crmlab.po"))
PROSE = sorted(catalogue.ROOT.glob("manuscript/*/*/*.md"))
CHINESE = "\u3400-\u9fff"
FULL_WIDTH = "。，；：？！、（）“”"
# What ends a sentence in English, and what ends it in Chinese.
ENDS = {".": "。", ":": "：", "?": "？"}
GLOSSARY = {
    "churn": "流失",
    "tier": "层级|[各几三]层|分层",
    "recency": "近度|recency",
    "Gini": "基尼",
    "pyramid": "金字塔|Pyramid",
    "refund": "退款|refund",
    "median": "中位数",
    "cut-off": "截止日",
    "margin": "毛利",
    "held-out": "对照组",
    "segment": "客群|分群|细分",
}


def messages(po=POS[0]):
    """Pairs of English and translation, one for each plural form."""
    with po.open("rb") as stream:
        found = [message for message in read_po(stream, po.parent.parent.name) if message.id]
    for message in found:
        if not all(catalogue.forms(message)):  # nobody sees it yet: see catalogue.to_translate
            continue
        english = message.id if isinstance(message.id, str) else message.id[-1]
        for text in catalogue.forms(message):
            yield english, text


def fields(text):
    """The fields of a format string: name, format and conversion, in any order."""
    return {tuple(rest) for _literal, *rest in string.Formatter().parse(text) if rest[0]}


def blocks(path):
    """The text of a prose file without code, one pair of cell and paragraph at a time."""
    for name, text in translations.read_prose(path).items():
        for line in re.sub(r"`[^`]*`", "`", text).splitlines():
            yield name, line


@pytest.mark.parametrize("po", POS, ids=lambda po: po.parts[-3])
def test_a_catalogue_is_in_step_with_the_code_and_compiled(po):
    current = catalogue.updated(po)
    assert po.read_bytes() == catalogue.as_po(current), "run: make locale"
    assert po.with_suffix(".mo").read_bytes() == catalogue.as_mo(current), "run: make locale"


@pytest.mark.parametrize("language", translations.COMPLETE)
def test_a_complete_edition_has_every_message(language):
    po = catalogue.LOCALE / language / "LC_MESSAGES" / "crmlab.po"
    assert [message.id for message in catalogue.to_translate(catalogue.updated(po))] == []


@pytest.mark.parametrize(
    "prose",
    [
        script.parent / language / f"{script.stem}.md"
        for language, chapters in translations.COMPLETE.items()
        for chapter in chapters
        for script in sorted((catalogue.ROOT / "manuscript" / chapter).glob("*.py"))
    ],
    ids=lambda prose: "/".join(prose.parts[-3:]),
)
def test_a_complete_chapter_has_every_cell_and_none_is_stale(prose):
    assert translations.faults(prose) == []


def test_fields_are_those_of_the_english_message():
    assert [text for english, text in messages() if fields(english) != fields(text)] == []


def test_a_translated_sentence_ends_as_the_english_one():
    for english, text in messages():
        end = ENDS.get(english.rstrip()[-1:], "")
        if end and len(english) > 1:
            assert text.endswith(end), text
        elif english[-1:].isalpha():
            assert text[-1:] not in FULL_WIDTH[:5], text


def test_chinese_has_chinese_punctuation():
    wrong = re.compile(rf"[{CHINESE}][,.;:?!](?=$|[{CHINESE}{{])|  ")
    texts = [text for _english, text in messages()]
    texts += [line for path in PROSE for _name, line in blocks(path)]
    assert [text for text in texts if wrong.search(text)] == []


def test_numbers_stand_close_to_the_chinese_around_them():
    wide = re.compile(rf"\d %|[{CHINESE}] \d+[{CHINESE}%]|\d [{CHINESE}]")
    texts = [line for path in PROSE for _name, line in blocks(path)]
    assert [text for text in texts if wide.search(text)] == []


def test_chinese_paragraphs_stand_on_one_line():
    # A line break inside a paragraph is shown as a space.
    broken = re.compile(rf"[{CHINESE}，。；：、]\n[{CHINESE}]")
    for path in PROSE:
        assert not broken.search(path.read_text(encoding="utf-8")), path


def test_bold_type_is_closed_where_markdown_sees_it():
    # After a punctuation mark and before a letter, ** does not end bold type.
    for path in PROSE:
        for _name, line in blocks(path):
            parts = line.split("**")
            for bold, after in zip(parts[1::2], parts[2::2], strict=True):
                assert bold[-1] not in FULL_WIDTH or not after[:1].isalnum(), line


@pytest.mark.parametrize(("english", "chinese"), GLOSSARY.items())
def test_a_term_of_the_trade_has_one_translation(english, chinese):
    word = re.compile(rf"\b{english}(s|ed)?\b", re.IGNORECASE)
    assert [
        (text, found)
        for text, found in messages()
        if word.search(re.sub(r"\{[^}]*\}", "", text)) and not re.search(chinese, found)
    ] == []


def test_words_are_shown_in_the_language_in_use():
    crmlab.use_language("zh")
    assert crmlab.language.gettext("Diamond") == "钻石客户"
    assert crmlab.language.fill("Chosen: {names}.", names="office") == "选中：办公型。"


def test_an_edited_cell_shows_up_as_stale_until_it_is_stamped(tmp_path):
    (tmp_path / "zh").mkdir()
    script, prose = tmp_path / "lesson.py", tmp_path / "zh" / "lesson.md"
    script.write_text('# %% [markdown] id="one"\n# A sentence\n# in two lines.\n')
    prose.write_text("<!-- cell: one -->\n一句话。\n", encoding="utf-8")
    translations.restamp(prose)
    assert translations.faults(prose) == []
    script.write_text('# %% [markdown] id="one"\n# A sentence in two lines.\n')
    assert translations.faults(prose) == []
    script.write_text(
        '# %% [markdown] id="one"\n# Another sentence.\n\n# %% [markdown] id="two"\n# New.\n'
    )
    assert translations.faults(prose) == ["two: missing", "one: the English text has changed"]
    assert translations.read_prose(prose) == {"one": "一句话。"}


def messages_with_values():
    """Each message that is handed over with its values: its texts, and the names of the values."""
    takers = {"CRMError", "TransactionError", "NotRunnable", "say", "fill", "fill_verbatim"}
    for path in catalogue.ROOT.glob("crmlab/**/*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in takers:
                match call.args:
                    case [ast.Constant(value=text)]:
                        texts = [text]
                    case [ast.Call(func=ast.Name(id="ngettext"), args=[one, many, _count])]:
                        texts = [one.value, many.value]
                    case _:
                        continue  # put together elsewhere
                names = {keyword.arg for keyword in call.keywords}
                if None not in names:  # **values
                    yield texts, names - {"rejected", "in_python"}


def test_every_field_of_a_message_gets_a_value():
    found = list(messages_with_values())
    assert len(found) > 200
    for texts, names in found:
        fields_of = {re.match(r"\w+", field[0])[0] for text in texts for field in fields(text)}
        assert fields_of == names, texts


def test_an_f_string_is_refused_as_a_message(tmp_path, monkeypatch):
    (tmp_path / "crmlab").mkdir()
    (tmp_path / "words.txt").write_text("")
    (tmp_path / "crmlab" / "new.py").write_text('\ntell(f"{count} customers")\n')
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    monkeypatch.setattr(catalogue, "WORDS", tmp_path / "words.txt")
    with pytest.raises(catalogue.MessageError, match=r"crmlab/new\.py, line 2"):
        catalogue.collect()


def test_messages_are_found_where_they_are_shown(tmp_path, monkeypatch):
    (tmp_path / "crmlab").mkdir()
    (tmp_path / "words.txt").write_text("# a comment\n\nword\n")
    (tmp_path / "crmlab" / "new.py").write_text(
        'raise CRMError("m {name}", name="user\'s")\nsay("n")\n'
        'tell("a" "b" if right else "c", unit="d")\n'
        'ngettext("one", "many", count).format(count=count)\n'
        'crm.quiz("e", ("f", True, "g"), (f"{share:.0%}", False, "h"))\n'
        'plots.table(frame, "i", {"x": "{:.0%}"})\n'
        'plots.show(ax, "j", x="k", percent="y", in_points="x", alt="l")\n'
        '_("{share:.0%}")\nprint("no")\n'
    )
    (tmp_path / "crmlab" / "new.html.j2").write_text(
        '{% set title = _("o {name}", name=code("no")) %}{{ _("p" "q") }}{{ words.no }}'
    )
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    monkeypatch.setattr(catalogue, "WORDS", tmp_path / "words.txt")
    assert set(catalogue.collect()) == {*"abcdefghijkln"} - {"a", "b"} | {
        "ab", "word", "m {name}", "o {name}", "pq", ("one", "many")
    }  # fmt: skip


def test_comments_in_the_parameters_cell_are_messages_and_translated():
    script = catalogue.ROOT / "manuscript" / "03a_rfm_and_pyramid" / "lesson.py"
    edition = notebooks.Edition(script, "chapters", "zh")
    (cell,) = (cell for cell in notebooks.assemble(edition).cells if cell.id == "parameters")
    comments = re.findall("# (.+)", cell.source)
    assert len(comments) == 3
    assert [text for text in comments if not re.search(f"[{CHINESE}]", text)] == []
    assert set(re.findall("# (.+)", script.read_text())) & set(catalogue.collect())


QUESTION = """
[one]
text = "a"
options = ["b", "{share:.0%}"]
why = "c"
"""


def test_questions_to_recall_are_messages_and_due_where_a_later_exercise_asks_them(
    tmp_path, monkeypatch
):
    (tmp_path / "words.txt").write_text("")
    for chapter in ("02_value", "03_segmentation", "04_acquisition"):
        (tmp_path / "manuscript" / chapter / "zh").mkdir(parents=True)
        text = QUESTION if chapter == "02_value" else QUESTION.replace('"a"', f'"on {chapter}"')
        (tmp_path / "manuscript" / chapter / "recall.toml").write_text(text)
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    monkeypatch.setattr(catalogue, "WORDS", tmp_path / "words.txt")
    po = tmp_path / "zh" / "LC_MESSAGES" / "crmlab.po"
    po.parent.mkdir(parents=True)
    po.write_text("")

    def due():
        current = catalogue.updated(po)
        assert {message.id for message in current if message.id} == {
            "a", "b", "c", "on 03_segmentation", "on 04_acquisition"
        }  # fmt: skip
        return {message.id for message in catalogue.to_translate(current)}

    (tmp_path / "manuscript" / "04_acquisition" / "zh" / "lesson.md").write_text("")
    assert due() == set()
    (tmp_path / "manuscript" / "03_segmentation" / "zh" / "workbook.md").write_text("")
    assert due() == {"a", "b", "c"}
    (tmp_path / "manuscript" / "04_acquisition" / "zh" / "workbook.md").write_text("")
    assert due() == {"a", "b", "c", "on 03_segmentation"}


@pytest.fixture
def shipped_fonts(monkeypatch):
    """Only the fonts that come with matplotlib and with the course, none of the machine."""
    every = font_manager.fontManager.ttflist
    ours = [entry for entry in every if entry.fname.startswith(matplotlib.get_data_path())]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", ours)
    with plt.rc_context():
        plots.use_style()
        yield plt.rcParams["font.family"]


def test_the_fonts_have_every_character_of_the_chinese_edition(shipped_fonts):
    files = [font_manager.findfont(family, fallback_to_default=False) for family in shipped_fonts]
    known = {chr(code) for file in files for code in TTFont(file).getBestCmap()}
    assert font.used() <= known, "run: python -m tools.font"


def test_a_chinese_figure_has_no_missing_glyph(shipped_fonts):
    words = "".join(text for _english, text in messages() if "$" not in text)
    figure = plt.figure(layout="none")
    figure.text(0, 0, "".join(sorted({*words} - {"\n"})))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.canvas.draw()
    plt.close(figure)


def test_the_font_comes_with_its_licence():
    names = {name.nameID: str(name) for name in TTFont(font.TARGET)["name"].names}
    assert "SIL Open Font License" in names[13]
    assert "Noto" not in names[1]
    licence = font.TARGET.with_name("OFL.txt").read_text(encoding="utf-8")
    assert licence.startswith(names[0])
