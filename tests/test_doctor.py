"""The doctor, in environments that are broken for real: hidden packages, folders, kernels."""

import io
import os
import re
import shutil
import subprocess
import sys
import webbrowser
from pathlib import Path

import nbformat
import pytest
from matplotlib import font_manager

import crmlab as crm
from crmlab import plots
from crmlab.cli import main
from crmlab.cli.doctor import checks, run

COURSE = Path(crm.__file__).parents[1]
HIDE = """
import sys
from importlib.abc import MetaPathFinder
class Hidden(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
"""


def examined(*arguments, cwd=COURSE, before=None, **environment):
    """Run the doctor in a process of its own; `before` is a folder ahead of all packages."""
    path = os.pathsep.join(map(str, [*([before] if before else []), COURSE]))
    return subprocess.run(
        [sys.executable, "-m", "crmlab", "doctor", *arguments],
        capture_output=True, text=True, check=False, cwd=cwd, encoding="utf-8",
        env=os.environ | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", **environment},
    )  # fmt: skip


@pytest.fixture
def no_chapter(monkeypatch):
    """Leave the slow check out."""
    monkeypatch.delitem(checks.CHECKS, "first chapter")


def test_a_sound_computer_is_ready():
    done = examined()
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[-1] == "Ready for the course."
    assert not [line for line in lines if line.startswith("✗")]
    assert len([line for line in lines if line[0] in "✓!"]) == len(checks.CHECKS)
    assert re.search(r"✓ the first chapter runs, in \d+ seconds", done.stdout)


def test_packages_that_do_not_load_are_named_with_what_to_do(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(HIDE.format(names={"seaborn", "sklearn"}))
    done = examined(before=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    lines = done.stdout.splitlines()
    for name in ("seaborn", "scikit-learn"):
        (place,) = [
            n for n, line in enumerate(lines) if re.match(rf"✗ {name} \S+ does not load", line)
        ]
        assert re.search(rf'→ ".+" -m pip install --force-reinstall "{name}>=', lines[place + 1])
    assert lines[-1].startswith("Not ready: mend what is marked ✗")
    # The checks after the broken one were made all the same.
    assert any(line.startswith("✓ JupyterLab") for line in lines)
    assert any(line.startswith("✗ first chapter: ") for line in lines)


def test_a_package_that_is_too_old_and_one_that_is_absent_are_told_apart(
    tmp_path, monkeypatch, capsys
):
    old = tmp_path / "seaborn-0.1.dist-info"
    old.mkdir()
    (old / "METADATA").write_text("Metadata-Version: 2.1\nName: seaborn\nVersion: 0.1\n")
    monkeypatch.syspath_prepend(tmp_path)
    requires = checks.importlib.metadata.requires
    monkeypatch.setattr(
        checks.importlib.metadata, "requires", lambda name: [*requires(name), "no-such-thing>=2"]
    )
    found = {finding.text: finding for finding in checks._packages()}
    too_old = next(text for text in found if text.startswith("seaborn 0.1 is installed"))
    assert 'pip install "seaborn' in found[too_old].what_to_do
    assert found["no-such-thing is not installed."].what_to_do.endswith('"no-such-thing>=2"')
    assert sum(finding.state == "fault" for finding in found.values()) == 2


def test_without_the_files_of_the_course_it_says_where_to_run_it(tmp_path):
    shutil.copytree(COURSE / "crmlab", tmp_path / "crmlab")
    done = examined(cwd=tmp_path, before=tmp_path)
    assert done.returncode == 1
    assert "✗ The chapters of the course are not here." in done.stdout
    assert "→ Run this in the folder of the course" in done.stdout
    assert "first chapter" not in done.stdout


def test_chapters_without_their_data_are_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(crm.datasets, "folder", lambda _name: tmp_path)
    (finding,) = checks.findings("files of the course")
    assert finding.state == "fault"
    assert "The data file 'cdnow/sample.csv' is missing" in finding.text


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_a_folder_that_cannot_be_written_to_is_a_fault(monkeypatch):
    monkeypatch.chdir("/proc")
    (finding,) = checks._folder()
    assert finding.state == "fault"
    assert finding.text.startswith("Nothing can be written to /proc: ")
    assert "folder of your own" in finding.what_to_do


def test_a_missing_browser_is_a_warning_only(monkeypatch, capsys):
    def none():
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", none)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(checks, "CHECKS", {"browser": checks.CHECKS["browser"]})
    assert run() == 0
    assert "! No browser was found." in capsys.readouterr().out


def test_a_full_disk_and_an_old_python_are_faults(monkeypatch):
    monkeypatch.setattr(checks, "_LEAST_DISK", 1 << 60)
    monkeypatch.setattr(checks.sys, "version_info", (3, 9, 1, "final", 0))
    (disk,), (python,) = checks._disk(), checks._python()
    assert disk.state == python.state == "fault"
    assert python.text == "Python 3.9.1 is too old; the course needs >=3.11."


@pytest.mark.parametrize(
    ("code", "limit", "text", "advice"),
    [
        ("import time; time.sleep(60)", 6, "did not end within 6 seconds", "Close other"),
        ("1 / 0", 60, "first chapter: RuntimeError: ZeroDivisionError", "requirements"),
        ("import os; os._exit(1)", 60, "first chapter: DeadKernelError", "requirements"),
    ],
)
def test_a_chapter_that_does_not_run_is_a_fault(tmp_path, monkeypatch, code, limit, text, advice):
    chapters = tmp_path / "chapters"
    chapters.mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbformat.write(notebook, chapters / "00_start_here.ipynb")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checks, "_TIME_LIMIT", limit)
    (finding,) = checks.findings("first chapter")
    assert finding.state == "fault"
    assert re.search(text, finding.text)
    assert advice in finding.what_to_do
    assert list(tmp_path.rglob("*.ipynb")) == [chapters / "00_start_here.ipynb"]


def test_a_course_whose_font_is_gone_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(plots, "_FONT_FILE", tmp_path / "gone.otf")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    (finding,) = checks.findings("Chinese in figures")
    assert finding.state == "fault"
    assert finding.text.startswith("Chinese in figures: FileNotFoundError")


@pytest.mark.usefixtures("no_chapter")
@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "cp1252", "ascii"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_speaks_both_languages_on_every_console(monkeypatch, encoding, lang):
    console = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", console)
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO()))
    assert main(["doctor", "--lang", lang]) == 0
    console.seek(0)
    said = console.read()
    sign = "✓" if encoding == "utf-8" else "ok"
    assert f"\n{sign} Python 3" in said
    if lang == "en":
        assert "Ready for the course." in said
        assert not re.search("[\u4e00-\u9fff]|[?]", said)
    else:
        assert not re.search(r"(?:[A-Za-z]+ ){3,}", said)
        assert ("可以开始上课了。" in said) == (encoding in ("utf-8", "gbk"))
        assert ("?" in said) == (encoding in ("cp1252", "ascii"))
