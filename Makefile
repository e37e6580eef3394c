# `make help` lists the entry points; CI calls the same ones.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install run lint test check bench clean

help: ## This list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

install: $(STAMP) ## Make .venv and install everything into it

run: $(STAMP) ## Rank the demo experts for the demo needs, on the command line
	$(BIN)/dongcai match --needs seed_data/demo/needs.csv --experts seed_data/judgements/experts.jsonl --top 3

lint: $(STAMP) ## ruff, mypy, import contracts, spelling, unused dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/deptry .

test: lint ## Everything that CI checks: lint and the tests
	$(BIN)/pytest

check: test ## The same as `make test`

bench: $(STAMP) ## Speed, side by side with the plain way in the same run
	$(BIN)/python -m scripts.benchmark

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build *.egg-info
