# Hồi Âm. `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help install install-dev run test lint types imports check e2e chaos explore bench bench-lists year lock clean-var

PORT ?= 8000
JOBS ?= 2
ROUNDS ?= 10
PYTHON ?=
BIN := .venv/bin
TEST := $(BIN)/python -m pytest
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## What running needs, into .venv (nothing is done when it is there)
	@PYTHON="$(PYTHON)" tools/install run

install-dev: ## What developing needs besides
	@PYTHON="$(PYTHON)" tools/install dev

run: install ## The whole product on this machine [PORT=8000]
	@exec $(BIN)/python -m feedback.embedded --port $(PORT)

test: install-dev ## The test suite on stores of its own [JOBS=2]
	@$(TEST) -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not e2e and not chaos and not bench"

lint: install-dev ## Style and common mistakes (ruff)
	@$(BIN)/ruff check .

types: install-dev ## Types (mypy, strict)
	@$(BIN)/mypy

imports: install-dev ## Which floor may know which (import-linter)
	@$(BIN)/lint-imports --config setup.cfg

check: lint types imports test ## What continuous integration runs, without a browser

e2e: install-dev ## Journeys in a real browser; says how to get one
	@browser="$$(tools/find-chromium)" && FEEDBACK_CHROMIUM="$$browser" $(TEST) -m e2e tests/e2e

chaos: install-dev ## Kill processes by the dozen and count what is left
	@$(TEST) -m chaos --timeout 1800 tests

explore: install-dev ## Properties on new examples, round after round until one fails [ROUNDS=10]
	@for round in $$(seq $(ROUNDS)); do FEEDBACK_EXPLORE=1 $(TEST) -q -n $(JOBS) -m hypothesis tests || exit 1; done

bench: install-dev ## Submissions a second against the database's own floor
	@$(BIN)/python -m bench.intake

bench-lists: install-dev ## The inbox over a million cases, made by SQL (a quarter of an hour and more)
	@$(BIN)/python -m bench.million

year: install-dev ## A simulated year of 50,000 cases, and everything counted twice (an hour and more)
	@$(BIN)/python -m bench.year

lock: install-dev ## Renew the pinned requirements
	@echo "setuptools>=77,<83" | $(LOCK) - --output-file requirements-build.txt
	@$(LOCK) setup.cfg --output-file requirements.txt
	@$(LOCK) --extra dev setup.cfg --output-file requirements-dev.txt
	@! grep -nE '://|--(extra-)?index|find-links|/(home|root|tmp|work|opt)/' requirements.txt requirements-dev.txt requirements-build.txt

clean-var: ## Delete the data of this machine's demonstration, after a question
	@printf 'Delete var/ with its database, files and mails? Type "delete": '; read answer; \
	if [ "$$answer" != delete ]; then echo "Nothing was deleted."; exit 1; fi; \
	if [ -x $(BIN)/python ]; then $(BIN)/python -m feedback.embedded --is-stopped || exit 1; fi; \
	rm -rf var && echo "var/ is gone."
