# One command for each thing one does with this project. `make help` lists them.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# The steps below are in order; `make -j` must not mix them.
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Which Python makes .venv: 3.11 if it works here, else python3, which must be 3.11 or newer.
PYTHON ?= $(shell python3.11 -c '' 2>/dev/null && echo python3.11 || echo python3)
# How many tests run side by side: one more than there are cores, because tests also wait.
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# More arguments for the program at the end of a target: make run ARGS="--port 8001"
ARGS ?=

BIN := .venv/bin
RUN_STAMP := .venv/.run-stamp
TEST_STAMP := .venv/.test-stamp
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Left out: T002 (which quotes), H030 and H031 (descriptions and keywords for search engines).
DJLINT_OPTIONS := --profile=jinja --ignore=T002,H030,H031 --extend-exclude=lsp/static
# Tests are handed out one by one, so that all processes end at the same time.
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --maxschedchunk=1

# A title for each step, in bold where there is a screen.
title = @if [ -t 1 ]; then printf '\n\033[1m== %s ==\033[0m\n' "$(1)"; else printf '\n== %s ==\n' "$(1)"; fi

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# --- Running ---------------------------------------------------------------------------------

.PHONY: run
run: $(RUN_STAMP) catalogues ## Start the system with the demonstration data
	@exec $(BIN)/lsp serve --demo $(ARGS)

# --- Tests and checks ------------------------------------------------------------------------

.PHONY: test
test: $(TEST_STAMP) system-packages check catalogues ## Everything: checks, tests on both databases, journeys
	$(call title,Tests on SQLite and PostgreSQL)
	@$(PYTEST) -m 'not browser' --database=both $(ARGS)
	$(call title,Journeys in a real browser)
	@$(PYTEST) -m browser --database=sqlite $(ARGS)
	$(call title,All is well)

.PHONY: test-fast
test-fast: $(TEST_STAMP) catalogues ## Tests on SQLite only, no browser
	$(call title,Tests on SQLite)
	@$(PYTEST) -m 'not browser and not postgres' --database=sqlite $(ARGS)

.PHONY: journeys
journeys: $(TEST_STAMP) system-packages catalogues ## Only the journeys in a real browser
	$(call title,Journeys in a real browser)
	@$(PYTEST) -m browser --database=sqlite $(ARGS)

.PHONY: check
check: $(TEST_STAMP) ## Format, lint, types, layers, templates, translations
	$(call title,Format)
	@$(BIN)/ruff format --check .
	$(call title,Lint)
	@$(BIN)/ruff check .
	$(call title,Types)
	@$(BIN)/mypy
	$(call title,Wings and layers)
	@$(BIN)/lint-imports --no-logo
	$(call title,Templates)
	@$(BIN)/djlint lsp --lint $(DJLINT_OPTIONS)
	$(call title,Translations)
	@$(BIN)/python scripts/translations check
	@echo 'Every text has its English.'

.PHONY: format
format: $(TEST_STAMP) ## Put the Python code in its format and mend what can be mended
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

.PHONY: bench
bench: $(TEST_STAMP) catalogues ## Measure how quick the system is
	@$(BIN)/python -m bench $(ARGS)

.PHONY: soak
soak: $(TEST_STAMP) catalogues ## Kill the server again and again while candidates answer, and count
	@$(BIN)/python -m tests.faults $(ARGS)

.PHONY: system-packages
system-packages: $(TEST_STAMP)
	@scripts/system-packages

# --- Things that are made --------------------------------------------------------------------

.PHONY: assets
assets: ## Build the style sheets, scripts and pictures in lsp/static
	@assets/build $(ARGS)

.PHONY: translations
translations: $(RUN_STAMP) ## Collect the texts into the English catalogues and compile them
	@$(BIN)/python scripts/translations update
	@$(BIN)/python scripts/translations compile

.PHONY: catalogues
catalogues: $(RUN_STAMP)
	@$(BIN)/python scripts/translations compile

# Keeps the versions that are there, unless a .in file forbids them; UPGRADE=1 takes the newest.
UV_COMPILE := $(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --custom-compile-command 'make requirements' \
	$(if $(UPGRADE),--upgrade)

.PHONY: requirements
requirements: $(RUN_STAMP) ## Compile requirements/*.txt from *.in (UPGRADE=1: newest versions)
	@$(PIP_INSTALL) --require-hashes -r requirements/tools.txt
	@for name in run test tools; do \
		$(UV_COMPILE) -o "requirements/$$name.txt" "requirements/$$name.in"; \
	done

.PHONY: clean
clean: ## Remove what was made and can be made again; keeps .venv and instance/
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage \
		build dist *.egg-info test-results
	@find . \( -name .git -o -name .venv -o -name node_modules -o -path ./instance \) -prune -o \
		\( -name __pycache__ -o -path '*/translations/*/LC_MESSAGES/*.mo' \) -print0 | xargs -0 rm -rf

# --- The virtual environment -----------------------------------------------------------------

# Made anew when its Python is gone, as after the system's Python was replaced.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo 'Python 3.11 or newer is needed; say where it is: make PYTHON=/path/to/python3.11 ...' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo 'Python cannot make a virtual environment; on Debian: apt-get install python3-venv' >&2; exit 1; }
	$(call title,A virtual environment in .venv)
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; exit 1; }

# The project itself is installed by the pinned setuptools that is already there: no download.
$(RUN_STAMP): requirements/run.txt setup.cfg pyproject.toml $(BIN)/python
	$(call title,Libraries to run)
	@$(PIP_INSTALL) --require-hashes -r requirements/run.txt
	@$(PIP_INSTALL) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_STAMP): requirements/run.txt requirements/test.txt $(BIN)/python | $(RUN_STAMP)
	$(call title,Libraries to test)
	@$(PIP_INSTALL) --require-hashes -r requirements/run.txt -r requirements/test.txt
	@touch $@
