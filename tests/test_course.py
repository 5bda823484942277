"""The chapters are one course: terms, formulas, prerequisites, links, recalls and names agree."""

import ast
import re
from functools import cache

import jupytext
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportion_effectsize,
)

import crmlab as crm
from crmlab.churn.profit import contact_profit
from crmlab.workbook import recall
from crmlab.workbook.checks import number_of
from tools.notebooks import ROOT, editions, read_prose

# In the order in which they are read.
START = ["00_start_here", "00_primer"]
CHAPTERS = [
    *START,
    *sorted({path.name for path in ROOT.glob("manuscript/[0-9][0-9]*_*")} - set(START)),
    "my_customers",
]
LESSONS = {name: ROOT / "manuscript" / name / "lesson.py" for name in CHAPTERS}
TAUGHT = CHAPTERS[1:-1]  # with an exercise
NUMBERED = TAUGHT[1:]
EDITIONS = {edition.target.relative_to(ROOT).as_posix(): edition for edition in editions()}
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
FORMULAS = (ROOT / "docs" / "formulas.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CHINESE = re.compile("[\u3400-\u9fff]")
# What a name holds in every lesson that uses it: words one of which sets its value has.
MEANINGS = {
    "company": [{"Company"}],
    "large": [{"Company"}],
    "customers": [{"summarize"}, {"holdout"}],
    "register": [{"company", "customers"}],
    "log": [{"company", "orders"}, {"read_transactions"}, {"log"}],
    "orders": [{"company", "orders"}, {"orders"}],
    "lines": [{"company", "order_lines"}, {"lines"}],
    "products": [{"company", "products"}],
    "tickets": [{"company", "tickets"}],
    "survey": [{"company", "survey"}],
    "points": [{"company", "points"}],
    "touches": [{"company", "touches"}],
    "leads": [{"company", "leads"}],
    "reviews": [{"company", "reviews"}, {"reviews"}],
    "referrals": [{"company", "referrals"}],
    "usage": [{"company", "usage"}],
    "rfm": [{"RFM", "fit"}],
    "pyramid": [{"Pyramid", "fit"}],
    "rng": [{"default_rng", "seed"}],
}


def full(number):
    """Return the number of a session as folders have it: 03a for 3a."""
    return number if number.startswith("0") else f"0{number}"


@cache
def script_cells(chapter, script):
    """Return all cells of a script: kind, id and source."""
    read = jupytext.read(ROOT / "manuscript" / chapter / script, fmt="py:percent").cells
    return [(cell.cell_type, cell.metadata["id"], cell.source) for cell in read]


def cells(chapter, kind, script="lesson.py"):
    """Return the cells of a kind of a chapter's script, id to source."""
    return {name: source for found, name, source in script_cells(chapter, script) if found == kind}


PROSE = {name: cells(name, "markdown") for name in CHAPTERS}


def bold(texts):
    """Return what is bold in texts, in their order."""
    joined = "\n\n".join(" ".join(text.split()) for text in texts)
    return re.findall(r"\*\*(.+?)\*\*", joined)


def entry(term):
    """Return the glossary's form of a bold term: small letters, one where it says many."""
    small = term.casefold()
    return small if small in TERMS else small.removesuffix("s")


def rows():
    """Return the rows of the glossary: English, Chinese, definition, chapter, address."""
    row = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| \[(\w+)\]\((\S+)\) \|$", re.M)
    return row.findall(GLOSSARY)


TERMS = {english.casefold(): row for english, *row in rows()}
BOLD = {name: [entry(term) for term in bold(PROSE[name].values())] for name in CHAPTERS}


# --- terms ----------------------------------------------------------------------------------


def test_the_glossary_is_one_table_in_alphabetical_order():
    table = [line for line in GLOSSARY.splitlines() if line.startswith("|")]
    english = [row[0] for row in rows()]
    assert len(table) == len(english) + 2, "a row is not: | English | 中文 | line | [chapter](…) |"
    assert english == sorted(set(english), key=str.casefold)
    assert len({row[1] for row in rows()}) == len(english)


def test_a_definition_is_one_sentence_of_one_line():
    for english, _chinese, line, _chapter, _address in rows():
        assert 20 <= len(line) <= 150, english
        assert line.endswith("."), english
        assert ". " not in line, english


def test_the_chinese_column_is_chinese():
    # A name in Latin letters, such as RFM, is the same in both languages.
    names = [english for english, chinese, *_rest in rows() if english == chinese]
    assert [one for one in rows() if not CHINESE.search(one[1]) and one[0] not in names] == []
    assert all(name.isupper() for name in names)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_bold_word_of_a_lesson_is_a_term_of_the_glossary(chapter):
    assert [term for term in BOLD[chapter] if term not in TERMS] == []


def test_no_entry_of_the_glossary_is_unused():
    assert TERMS.keys() - {term for terms in BOLD.values() for term in terms} == set()


def test_a_term_is_bold_once_in_the_course():
    every = [(term, chapter) for chapter in CHAPTERS for term in BOLD[chapter]]
    first = dict(reversed(every))
    again = [(term, chapter, first[term]) for term, chapter in every if chapter != first[term]]
    assert again == []
    assert len(every) == len(first)


def test_the_glossary_names_the_chapter_in_which_a_term_is_bold():
    label = {"00_start_here": "start", "00_primer": "primer"}
    for chapter in CHAPTERS:
        number = number_of(chapter).lstrip("0")
        right = (label.get(chapter, number), f"../chapters/{chapter}.ipynb")
        wrong = {term: TERMS[term][2:] for term in BOLD[chapter] if term in TERMS}
        assert {term for term, named in wrong.items() if tuple(named) != right} == set()


@pytest.mark.parametrize(
    "prose", sorted(ROOT.glob("manuscript/*/zh/lesson.md")), ids=lambda path: path.parts[-3]
)
def test_a_chinese_lesson_has_the_same_terms_in_bold(prose):
    known = {term: TERMS[term][0] for term in BOLD[prose.parts[-3]] if term in TERMS}
    assert sorted(bold(read_prose(prose).values())) == sorted(known.values())


@pytest.mark.parametrize(
    "path",
    sorted(ROOT.glob("manuscript/*/**/workbook.*")),
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_an_exercise_introduces_no_term(path):
    texts = (
        cells(path.parent.name, "markdown", path.name) if path.suffix == ".py" else read_prose(path)
    )
    assert bold(texts.values()) == []


# --- formulas -------------------------------------------------------------------------------


def known_to_the_sheet():
    """Return the names that a worked line of the formula sheet may use."""
    day = pd.Timestamp("2025-12-31")
    visits = dict(zip("abcde", [1, 1, 2, 5, 9], strict=True))
    log = pd.DataFrame(
        [
            (customer, day - pd.Timedelta(days=ago), 10.0)
            for customer, count in visits.items()
            for ago in range(count)
        ],
        columns=["customer_id", "date", "amount"],
    )
    touched = [("C1", "C2", "C3"), ("C1",), ("C2", "C3")]
    return {
        "crm": crm,
        "np": np,
        "NormalIndPower": NormalIndPower,
        "SurvfuncRight": SurvfuncRight,
        "confint_proportions_2indep": confint_proportions_2indep,
        "contact_profit": contact_profit,
        "cosine_similarity": cosine_similarity,
        "linprog": linprog,
        "multipletests": multipletests,
        "proportion_confint": proportion_confint,
        "proportion_effectsize": proportion_effectsize,
        "roc_auc_score": roc_auc_score,
        "cdnow": crm.summarize(crm.datasets.load_cdnow("sample"), as_of="1997-09-30", unit="W"),
        "five": crm.summarize(log, as_of=day),
        "high_end": [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1],
        "paths": pd.DataFrame(
            {"path": touched, "conversions": [1, 0, 0], "lost": [0, 1, 1]},
        ),
    }


def test_worked_figures_of_the_formula_sheet_are_what_is_computed():
    known = known_to_the_sheet()
    worked = re.findall(r"^`(.+)` → (.+)$", FORMULAS, re.M)
    assert len(worked) > 30
    for code, shown in worked:
        found = eval(code, known)
        found = np.ravel(list(found.values()) if isinstance(found, dict) else found)
        texts = shown.split(", ")
        digits = [len(text.partition(".")[2]) for text in texts]
        assert [f"{value:.{n}f}" for value, n in zip(found, digits, strict=True)] == texts, code


@pytest.mark.parametrize("title", re.findall("^### (.+)$", FORMULAS, re.M))
def test_a_formula_has_its_chapter_and_its_source(title):
    entry = FORMULAS.partition(f"### {title}\n")[2]
    formula, words = re.match(
        r"\s*((?:```math\n.+?```\s+)+)(.+?)(?=^##|\Z)", entry, re.S | re.M
    ).groups()
    assert formula.count("```") % 2 == 0
    assert re.search(r"\]\(\.\./chapters/(?:0[1-9]|1\d)[a-z]?_\w+\.ipynb\)", words)
    assert re.search(r"(18|19|20)\d\d|by\sdefinition", words)


# --- one chapter after the other ------------------------------------------------------------


def needed(chapter):
    """Return the lessons that the prerequisites of a chapter link to."""
    said = " ".join(PROSE[chapter]["goals"].split())
    before_the_time = said.partition("*You need*")[2].partition("*Time:*")[0]
    return re.findall(r"\((\w+)\.ipynb\)", before_the_time)


@pytest.mark.parametrize("chapter", NUMBERED)
def test_a_chapter_needs_earlier_chapters_only(chapter):
    assert needed(chapter), "say in 'You need' which chapter's results are used, and link it"
    assert [name for name in needed(chapter) if name not in CHAPTERS] == []
    place = CHAPTERS.index(chapter)
    assert [name for name in needed(chapter) if CHAPTERS.index(name) >= place] == []


@pytest.mark.parametrize("chapter", TAUGHT)
def test_a_lesson_leads_to_its_exercise_and_to_the_next_chapter(chapter):
    links = LINK.findall(PROSE[chapter]["next"])
    assert f"../exercises/{chapter}.ipynb" in links
    following = TAUGHT[TAUGHT.index(chapter) + 1 :][:1]
    assert [f"{name}.ipynb" for name in following if f"{name}.ipynb" not in links] == []


def test_the_first_page_leads_to_every_lesson_and_exercise_in_their_order():
    links = LINK.findall(PROSE["00_start_here"]["route"])
    assert [link for link in links if re.match(r"\d\d[a-z]?_", link)] == [
        f"{name}.ipynb" for name in TAUGHT
    ]
    assert [link for link in links if link.startswith("../exercises/")] == [
        f"../exercises/{name}.ipynb" for name in TAUGHT
    ]
    assert "my_customers.ipynb" in links


@pytest.mark.parametrize("name", EDITIONS)
def test_links_of_a_notebook_lead_to_files_that_are_there(name):
    edition = EDITIONS[name]
    if edition.prose is None:
        texts = cells(edition.script.parent.name, "markdown", edition.script.name)
    else:
        texts = read_prose(edition.prose)
    links = [link for text in texts.values() for link in LINK.findall(text)]
    local = [link for link in links if not re.match("[a-z]+:", link)]
    # Viewers of notebooks make different anchors: a link names the file, not a heading in it.
    assert [link for link in local if "#" in link] == []
    assert [link for link in local if not (edition.target.parent / link).exists()] == []


# --- recall ---------------------------------------------------------------------------------


def test_a_question_to_recall_is_about_a_chapter_that_is_there():
    assert {question.session for question in recall.bank()} == set(map(number_of, TAUGHT))


@pytest.mark.parametrize("chapter", NUMBERED)
def test_an_exercise_recalls_earlier_chapters_only(chapter, tmp_path, monkeypatch):
    monkeypatch.setenv("CRMLAB_PROGRESS", str(tmp_path / "progress.sqlite"))
    asked = recall.due(number_of(chapter), "me", len(recall.bank()))
    earlier = TAUGHT[: TAUGHT.index(chapter)]
    assert {question.session for question in asked} == set(map(number_of, earlier))


@pytest.mark.parametrize("chapter", NUMBERED)
def test_a_lesson_recalls_earlier_chapters_only(chapter):
    code = cells(chapter, "code")
    asked = [source for name, source in code.items() if name.startswith("recall")]
    assert sum(source.count("crm.quiz(") for source in asked) >= 2
    named = {number for source in asked for number in re.findall(r"chapter (\d+[a-z]?)", source)}
    assert [number for number in named if full(number) >= number_of(chapter)] == []


# --- names ----------------------------------------------------------------------------------


def strangers(source):
    """Return the assignments of a script that give a reserved name another meaning."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign):
            found += [pair for target in node.targets for pair in _pairs(target, node.value)]
    return [
        f"{name} = {ast.unparse(value)}"
        for name, value in found
        if name in MEANINGS and not _fits(value, MEANINGS[name])
    ]


def _fits(value, meanings):
    nothing = isinstance(value, ast.Constant) and value.value is None  # a parameter not given
    return nothing or any(words <= _words(value) for words in meanings)


def _pairs(target, value):
    """Yield the names of an assignment, each with what it is given."""
    if isinstance(value, ast.IfExp):
        yield from _pairs(target, value.body)
        yield from _pairs(target, value.orelse)
    elif isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple):
        values = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
        for one, given in zip(target.elts, values, strict=True):
            yield from _pairs(one, given)


def _words(value):
    nodes = list(ast.walk(value))
    words = {node.id for node in nodes if isinstance(node, ast.Name)}
    return words | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_name_means_the_same_thing_in_every_chapter(chapter):
    assert strangers(LESSONS[chapter].read_text(encoding="utf-8")) == []


def test_a_name_with_another_meaning_is_found():
    assert strangers("customers = company.customers\ntotal = 1") == [
        "customers = company.customers"
    ]
    assert strangers("log, points = company.orders, [1, 2]") == ["points = [1, 2]"]
    assert strangers("log = company.leads if new else crm.read_transactions(new)") == [
        "log = company.leads"
    ]
    assert strangers("customers = crm.summarize(log, as_of=cutoff)") == []
