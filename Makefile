# One environment in .venv, from the one lock file. uv is used where it is installed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# JupyterLab refuses to run as root unless told; containers often have no other user.
ROOT_FLAG := $(if $(filter 0,$(shell id -u)),--allow-root)

# Two notebooks at a time on two cores: more threads each would only wait for one another.
export OMP_NUM_THREADS ?= 1

.PHONY: help lab test spark notebooks locale bench lock clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

# Installs a list of requirements into the environment.
INSTALL := $(if $(shell command -v uv),uv pip install --python $(VENV),$(BIN)/python -m pip install --disable-pip-version-check) --quiet

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "This course needs Python 3.11 or newer, and this is %d.%d. Name another one: make PYTHON=python3.12 lab" % sys.version_info[:2])'
	@if command -v uv >/dev/null; then uv venv --quiet --allow-existing --python $(PYTHON) $(VENV); \
	else $(PYTHON) -m venv $(VENV); fi
	@echo "Installing the course into $(VENV) (a few minutes the first time) …"
	@$(INSTALL) -r requirements.lock -e .
	@touch $@

lab: $(READY) ## open the course in JupyterLab
	@unset OMP_NUM_THREADS; $(BIN)/jupyter lab $(ROOT_FLAG) $(LAB_FLAGS) chapters/00_start_here.ipynb

test: $(READY) ## lint, unit and property tests, and every notebook rerun
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m pytest

spark: $(READY) ## add Spark and a Java to the environment (500 MB)
	@$(INSTALL) -r requirements-spark.lock

notebooks: $(READY) ## build the notebooks from manuscript/
	$(BIN)/python -m tools.notebooks $(CHAPTERS)
	$(BIN)/python -m tools.claims

locale: $(READY) ## collect messages, then compile the translations
	$(BIN)/python -m tools.catalogue

bench: $(READY) ## compare speed and memory with other tools, in one run
	$(INSTALL) -r benchmarks/requirements.txt
	$(BIN)/python -m benchmarks

LOCK := uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --group dev pyproject.toml

lock: ## renew the lock files (needs uv)
	$(LOCK) -o requirements.lock
	$(LOCK) --extra spark -c requirements.lock -o requirements-spark.lock

clean: ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis
