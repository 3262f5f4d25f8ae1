# The workshop: everything that is done to this project, and how. `make` lists it.
# It needs make and Python 3.11 or newer; the rest goes into .venv (tools/environment.py).

PYTHON ?= python3
BIN := .venv/bin
SET_UP = @$(PYTHON) tools/environment.py
GROUPS := test check docs benchmark mutation
COVERED := rules process engine checks

# The theme advertises its successor at every build.
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help demo test coverage mutants check bench docs format gallery report messages constraints clean python

help: ## list the targets
	@echo "make TARGET [PYTHON=python3.12] [ARGS='...']"
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  \1\t\2/' | expand -t 16

demo: python ## set up .venv and show what salesfsm does, on small example data (into out/)
	$(SET_UP)
	@$(BIN)/salesfsm demo

test: python ## set up .venv and run the tests (ARGS='-k name' picks some)
	$(SET_UP) test
	$(BIN)/pytest -n auto $(ARGS)

coverage: python ## branch coverage of the core, each of its packages at least 95 % (htmlcov/)
	$(SET_UP) test
	$(BIN)/pytest -q -n auto --hypothesis-profile=salesfsm-coverage --cov --cov-report=term \
	  --cov-report=html $(COVERED:%=tests/%) tests/migration $(ARGS)
	@for each in $(COVERED); do \
	  printf '%-10s' $$each; \
	  $(BIN)/coverage report --include="src/salesfsm/$$each/*" --format=total --precision=1 \
	    --fail-under=95 || failed=1; \
	done; exit $${failed:-0}

mutants: python ## change rules and engine one thing at a time: what does no test notice? (hours; resumes)
	$(SET_UP) test mutation
	$(BIN)/mutmut run --max-children 2 $(ARGS)
	$(BIN)/python tools/mutants.py

check: python ## format, lint, types, floors, and the documentation with its examples executed
	$(SET_UP) test check docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/mkdocs build --quiet
	$(BIN)/pytest -q tests/test_documentation.py

bench: python ## measure the figures of docs/performance, side by side with their references
	$(SET_UP) benchmark
	$(BIN)/python -m benchmarks $(ARGS)

docs: python ## build the documentation into site/
	$(SET_UP) docs
	$(BIN)/mkdocs build

format: python ## format the code, and mend what the linter can mend
	$(SET_UP) check
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

gallery: python ## draw the pictures of docs/gallery anew
	$(SET_UP)
	@$(BIN)/python tools/gallery.py

report: python ## test the library with the kit, and write docs/library-tested anew
	$(SET_UP) test
	@$(BIN)/python tools/library_report.py --write

messages: python ## sort the catalogues of messages and compile them, after a .po file was edited
	$(SET_UP) test
	$(BIN)/python tools/messages.py

constraints: python ## write constraints.txt anew with the newest versions that fit
	$(PYTHON) -m venv --clear .venv-constraints
	.venv-constraints/bin/pip install --quiet "pip>=25.1"
	.venv-constraints/bin/pip install --quiet --editable ".[all]" $(GROUPS:%=--group=%)
	sed -n '/^#/p' constraints.txt > .venv-constraints/constraints.txt
	.venv-constraints/bin/pip freeze --exclude-editable >> .venv-constraints/constraints.txt
	mv .venv-constraints/constraints.txt constraints.txt
	rm -rf .venv-constraints

clean: ## remove what the other targets made, but for .venv
	rm -rf out site build dist mutants htmlcov .coverage* .hypothesis
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "salesfsm needs Python 3.11 or newer, and '$(PYTHON)' is not one." >&2; \
	  echo "Name one that is, such as:  make $(or $(MAKECMDGOALS),test) PYTHON=python3.12" >&2; \
	  exit 1; }
