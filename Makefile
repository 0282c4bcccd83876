# `make demo` and `make test` do all their set-up themselves.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
DEV := .venv/.installed-dev
BROWSER := .venv/.installed-browser

.PHONY: install demo test check format bench rasa test-rasa clean

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps -e .
	@touch $@

$(DEV): $(STAMP) requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(BROWSER): $(DEV) tests/browser/setup.sh
	tests/browser/setup.sh

demo: install
	$(BIN)/madoguchi demo

test: $(DEV) $(BROWSER)
	$(BIN)/python -m pytest

rasa:
	rasa_server/run.sh serve

test-rasa: $(DEV)
	rasa_server/run.sh train
	$(BIN)/python -m pytest --nlu rasa tests/conversations tests/rasa

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/house

format: $(DEV)
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

bench: $(DEV)
	for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

clean:
	rm -rf .venv var build *.egg-info rasa_server/.venv rasa_server/var
