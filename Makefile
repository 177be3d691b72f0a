# Every target makes ready what it needs (tools/environment) and starts one thing. `make help` explains them.

VENV ?= .venv
PORT ?= 8000
PY = $(VENV)/bin/python
COMPONENTS = xblocks $(patsubst %/,%,$(dir $(wildcard moodle_bridge/__init__.py devstack/__init__.py)))
SCRIPTS = $(shell git ls-files 'xblocks/*/static/*.js' 'devstack/static/*.js')
export PYTHON
, := ,

.PHONY: help demo test lint lint-python lint-javascript bench docs translations plugin clean
.DEFAULT_GOAL := help

help:  ## say what there is
	@echo "make demo          try the suite: http://127.0.0.1:8000 (PORT=8001 moves it, RESET=1 begins anew)"
	@echo "make test          run every test this machine can run (T=path/or/-k runs a part; REQUIRE_ALL=1 forbids skips)"
	@echo "make lint          ruff, mypy, the floors of the house (import-linter), eslint"
	@echo "make bench         measure, beside our peers (ONLY=microquiz.page runs a part)"
	@echo "make docs          build the documentation into .build/docs"
	@echo "make translations  collect messages, update and compile the catalogues"
	@echo "make plugin        the companion for Moodle as a zip to upload: .build/local_microunits.zip"
	@echo "make clean         remove what was built; your data (var/) stays"
	@echo
	@echo "PYTHON=python3.12 chooses the interpreter (3.11 or 3.12), VENV=folder where it is made ready (now $(VENV))."

demo:
	@tools/environment $(VENV) devstack
	@$(PY) -W "ignore:pkg_resources is deprecated as an API:UserWarning" -m devstack serve --port $(PORT) $(if $(RESET),--reset)

test:
	@tools/environment $(VENV) devstack,test,lint
	@$(PY) -m pytest $(or $(T),--cov --cov-report=term --cov-report=html --require-pure-coverage)

lint: lint-python lint-javascript

lint-python:
	@tools/environment $(VENV) devstack,test,lint
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy $(COMPONENTS) benchmarks
	@$(VENV)/bin/lint-imports --no-logo

lint-javascript:
	@tools/eslint $(SCRIPTS)

# The sweep is measured on MariaDB; the library that talks to it compiles, so only where that can be.
bench:
	@tools/environment $(VENV) devstack,test,lint$(if $(shell command -v mariadb_config),$(,)mysql)
	@$(PY) -m benchmarks $(if $(ONLY),--only $(ONLY))

docs:
	@tools/environment $(VENV) devstack,test,lint
	@tools/environment $(VENV) docs
	@$(VENV)/bin/mkdocs build --strict --quiet
	@echo "Open .build/docs/index.html"

translations:
	@tools/environment $(VENV) devstack,test,lint
	@tools/translations $(PY)

# Needs Python only, no environment.
plugin:
	@tools/plugin

clean:
	rm -rf .build .venv .venv-* build dist *.egg-info node_modules .hypothesis .pytest_cache .ruff_cache
