# setup    install everything into .venv
# demo     run three stages on this machine, with one review in each
# check    check format, lint, language, layers and types
# test     run the tests
# engine   run the tests on Pulumi's real engine, and the test on a real Airflow
# soak     run the tests with many repetitions: bursts, outages, weeks, mutations
# test-all run all of these
# golden   regenerate the golden files
# bench    run the benchmarks
# lock     update the locked dependencies
.PHONY: setup demo check test engine soak test-all golden bench lock browser clean
.DEFAULT_GOAL := setup

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed
COMMAND := $(BIN)/signoff
# Show progress immediately, also in a file or a pipe.
PYTEST := PYTHONUNBUFFERED=1 $(BIN)/pytest
IN_PARALLEL := --numprocesses auto --dist loadgroup --ignore tests/engine --ignore tests/examples/test_airflow.py

setup: $(COMMAND)

$(INSTALLED): requirements-dev.txt
	$(if $(shell "$(PYTHON)" -c 'import sys; print(sys.version_info >= (3, 11) or "")' 2>&-),,$(error \
		Python must be 3.11 or newer, got $(or $(shell "$(PYTHON)" --version 2>&-),none). \
		Name another one: make PYTHON=/path/to/python3.11))
	@echo "Installing into .venv (about a minute the first time)…"
	@$(PYTHON) -m venv --clear .venv
	@awk '/^uv==/ {found = 1} found; found && !/\\$$/ {exit}' requirements-dev.txt > .venv/uv.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt
	@$(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode requirements-dev.txt
	@touch $@

# Editable: only the command is installed, as pyproject.toml defines it.
$(COMMAND): $(INSTALLED) pyproject.toml
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
	@$(BIN)/python -m local demo

test: setup browser
	@$(PYTEST) $(IN_PARALLEL)

soak: setup browser
	@$(PYTEST) $(IN_PARALLEL) -m "soak or hypothesis" --hypothesis-profile soak
	@.ci/covered > .ci/soaked

test-all: check test engine soak

engine: setup
	@tests/engine/install
	@tests/examples/install
	@$(PYTEST) --numprocesses auto --dist loadfile tests/engine \
		tests/examples/test_airflow.py

golden: setup
	@$(BIN)/pytest --renew --quiet tests/components/settings/test_documents.py \
		tests/language/test_texts.py
	@tests/engine/install
	@$(PYTEST) --numprocesses auto --dist loadfile --renew --quiet \
		tests/engine/test_stages.py tests/engine/test_changes.py tests/engine/test_connecting.py \
		tests/engine/test_package.py tests/signoff/test_golden.py
	@git status --short Pulumi.yaml docs/configuration.md tests/engine/golden_files \
		tests/signoff/golden_files

check: setup
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/python -m tests.language
	@$(BIN)/lint-imports --no-cache --no-logo
	@$(BIN)/basedpyright

bench: setup
	@$(BIN)/python -m tests.bench

browser:
	@tests/browser/install

lock: setup
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 \
		--generate-hashes --no-header --quiet --upgrade --output-file requirements.txt
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --extra dev \
		--generate-hashes --no-header --quiet --output-file requirements-dev.txt
	@cd policies/pack && ../../$(BIN)/uv pip compile requirements.in --universal --python-version 3.11 \
		--generate-hashes --no-header --quiet --upgrade --output-file requirements.txt

clean:
	@rm -rf .venv policies/pack/.venv package/venv .local .pytest_cache .ruff_cache .hypothesis
