# `make help` lists the entry points; CI calls the same ones.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Two processes; a module's tests stay together, for they share what is slow to make.
IN_PARALLEL := -n 2 --dist loadfile

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

run: $(STAMP) ## The service on http://127.0.0.1:8000, with demo data where there is none yet
	@$(BIN)/dongcai serve --prepare

lint: $(STAMP) ## ruff, mypy, import contracts, spelling, unused dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/deptry .

test: lint ## Everything that CI checks: lint and the tests
	$(BIN)/pytest --database sqlite $(IN_PARALLEL) --ignore tests/e2e
	$(BIN)/pytest --database postgresql -k postgresql $(IN_PARALLEL) tests/models tests/web
	$(BIN)/pytest --database sqlite tests/e2e

check: test ## The same as `make test`

bench: $(STAMP) ## Speed, side by side with the plain way in the same run
	$(BIN)/python -m scripts.benchmark

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build *.egg-info
