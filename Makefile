# The two commands that matter: `make demo` and `make test`. Both need Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CHECKED := breachtrace.py api extract graph ontology corpus tests benchmarks
# The project's own gold, and the development articles beside the checkout where they are there.
GOLD ?= corpus/gold $(wildcard ../shared/evaluation/gold/dev)

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--no-header pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help environment demo test check evaluate model lock clean

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
	@printf '%s\n' '' 'What to try next:' \
		'  $(BIN)/breachtrace trace Coupang --to delivery_worker -k 3 --store .demo/store   more paths to one group' \
		'  $(BIN)/breachtrace trace Coupang --json --store .demo/store   the same for a script, with all evidence' \
		'  $(BIN)/breachtrace query incidents --store .demo/store   what else the corpus tells of' \
		'  $(BIN)/breachtrace ingest YOUR-ARTICLE.txt --store .demo/store   add an article of your own' \
		'  $(BIN)/breachtrace --help'

evaluate: environment ## Score the reading (GOLD=FOLDERS, DATA=FOLDER of public sets, JSON=FILE, MISSES=1)
	@$(BIN)/python -m extract.evaluation $(GOLD) $(if $(DATA),--data $(DATA)) $(if $(JSON),--json $(JSON)) \
		$(if $(MISSES),--misses)

model: ## Train the shipped pipeline anew (DATA=FOLDER of treebanks; three hours on two cores; resumes)
	@test -n "$(DATA)" || { echo "name the folder of the sets: make model DATA=PATH"; exit 2; }
	$(PYTHON) -m venv .training/venv  # apart, for spaCy loads torch wherever it finds it
	.training/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-train.lock
	.training/venv/bin/python -m extract.training.make $(DATA)

check: environment ## Formatting, style, types and the walls between packages
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python corpus/annotate.py --check

test: check ## All checks and all tests
	$(BIN)/python -m pytest

lock: ## Resolve the dependencies anew into requirements.lock (needs uv)
	$(COMPILE) --all-extras --group dev --output-file requirements.lock
	$(COMPILE) --group train --output-file requirements-train.lock

clean: ## Remove the environment, caches and what the commands made
	rm -rf $(VENV) .demo .evaluate .mypy_cache .ruff_cache .pytest_cache build *.egg-info
