# The two commands that matter: `make demo` and `make test`. Both need Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SOURCES := breachtrace.py api extract graph ontology
CHECKED := $(SOURCES) corpus tests benchmarks

.DEFAULT_GOAL := help
.PHONY: help environment demo test check evaluate lock clean

help: ## Say what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

environment: $(VENV)/.complete ## Make the locked environment in .venv

$(VENV)/.complete: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "breachtrace needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: environment ## Read the corpus into a fresh store and trace the Coupang breach
	@rm -rf .demo
	@$(BIN)/breachtrace ingest corpus/articles --store .demo/store
	@$(BIN)/breachtrace trace Coupang --store .demo/store
	@$(BIN)/python -m api.hints --store .demo/store

check: environment ## Formatting, style, types and the walls between packages
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python corpus/annotate.py --check

test: check ## All checks and all tests
	$(BIN)/python -m pytest

lock: ## Resolve the dependencies anew into requirements.lock (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --all-extras --group dev pyproject.toml --output-file requirements.lock

clean: ## Remove the environment, caches and what the commands made
	rm -rf $(VENV) .demo .evaluate .mypy_cache .ruff_cache .pytest_cache build *.egg-info
