# Every command of the repository. Each prepares what it needs, so each works on a fresh clone.
MAKEFLAGS += --no-print-directory
BIN := .venv/bin

# Full counts of `make prove`; `make test` runs each such proof in its smallest form that can fail.
PROVE_KILLS ?= 50
# How many processes run the tests.
WORKERS ?= auto
# Rounds of `make bench`, and seconds of each.
ROUNDS ?= 5
SECONDS_EACH ?= 10

.PHONY: help run test check prove bench lock fmt clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: ## install what the service needs and start it on http://127.0.0.1:8000
	@scripts/setup run
	@exec $(BIN)/alistach serve

test: ## every check: format, lint, types, import contracts, house lints, tests
	@scripts/setup test
	@WORKERS=$(WORKERS) scripts/verify test

check: ## the quick tier, in seconds: what to run before a push
	@scripts/setup test
	@scripts/verify check

prove: ## everything, with full counts (make prove PROVE_KILLS=50)
	@scripts/setup test
	@WORKERS=$(WORKERS) PROVE_KILLS=$(PROVE_KILLS) scripts/verify prove

bench: ## throughput, start and memory against the yardsticks (bench/README.md)
	@scripts/setup test
	@scripts/packages wrk nginx
	@$(BIN)/python bench/run.py --rounds $(ROUNDS) --duration $(SECONDS_EACH)

lock: ## pin the newest versions that requirements*.txt allow
	@scripts/setup test
	@scripts/lock

fmt: ## format, and mend what the linter can mend
	@scripts/setup test
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## remove the environment and every cache; data/, logs/ and .env stay
	@rm -rf .venv build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
