# Needs Python 3.11 or later and nothing else. PYTHON=... chooses the interpreter, ARGS=... goes on
# to the command that a target runs: make serve ARGS="--port 9000", make pytest ARGS="-k feeds".
export PYTHON
PYTEST = .venv/bin/pytest -n 2 --dist loadgroup
# Pages, API, commands and the whole in a browser are what `make test` has besides.
INSIDE = $(addprefix tests/,core documents store operations channels model fetching)
UV = uv==0.13.9
PIP_AUDIT = pip-audit==2.10.1
LOTS = tests/data/dates/*.jsonl

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: serve
serve: ## install what is missing and run the service (http://127.0.0.1:8000)
	@scripts/install.sh runtime
	@exec .venv/bin/horizon serve $(ARGS)

.PHONY: dev
dev: ## install everything that work on the code needs
	@scripts/install.sh dev

.PHONY: test
test: dev check ## every check and every test
	$(PYTEST) $(ARGS)

.PHONY: quick
quick: dev check ## the checks, and of what is inside one case of each quick test, on SQLite: under a minute
	$(PYTEST) -m "not slow and not postgres" --cases 1 --hypothesis-profile=quick $(INSIDE) $(ARGS)

.PHONY: bench-dates
bench-dates: dev ## how well and how fast dates are read, beside other libraries
	.venv/bin/python scripts/bench_dates.py $(ARGS)

.PHONY: conformance
conformance: ## how dates in words are read in suites of others: RECOGNIZERS=, CHRONO=, JIONLP= name clones (--errors)
	@scripts/install.sh conformance
	.venv/bin/python -W ignore -m scripts.conformance $(if $(RECOGNIZERS),--recognizers "$(RECOGNIZERS)") \
		$(if $(CHRONO),--chrono "$(CHRONO)") $(if $(JIONLP),--jionlp "$(JIONLP)") $(ARGS)

.PHONY: conformance-ics
conformance-ics: dev ## how calendars of others come through import and feed: CLONES= names clones that hold some (--errors)
	.venv/bin/python -W ignore -m scripts.conformance_ics $(CLONES) $(ARGS)

.PHONY: model-prompts
model-prompts: dev ## the questions that a language model would be asked about LOTS, as files in DIR
	@test -n "$(DIR)" || { echo "name a folder: make $@ DIR=build/model" >&2; exit 2; }
	.venv/bin/python -m scripts.model_reading prompts $(LOTS) --out "$(DIR)"

.PHONY: model-score
model-score: dev ## the answers beside the questions in DIR, scored beside the rules (--model NAME, --ceiling, --errors)
	@test -n "$(DIR)" || { echo "name a folder: make $@ DIR=build/model" >&2; exit 2; }
	.venv/bin/python -m scripts.model_reading score "$(DIR)" $(ARGS)

.PHONY: bench
bench: dev ## what the service costs, beside other ways to serve it (ARGS=--quick: two minutes; --json FILE)
	.venv/bin/python -m scripts.bench $(ARGS)

.PHONY: bench-store
bench-store: dev ## what a page costs among a million events (half an hour, 10 GB; --quick, --json FILE)
	.venv/bin/python scripts/bench_store.py $(ARGS)

.PHONY: torture
torture: dev ## alerts under faults and SIGKILLs as large as promised; takes half an hour or more
	.venv/bin/python -W ignore -m tests.acceptance.torture --full $(ARGS)

.PHONY: crash
crash: dev ## SIGKILL in every kind of write and in migrations, 300 times on both databases; some 15 minutes
	.venv/bin/python -W ignore -m tests.acceptance.crash $(ARGS)

.PHONY: soak
soak: dev ## 15 minutes of mixed load, and whether memory or open files grow (--minutes, --database)
	.venv/bin/python -W ignore -m tests.acceptance.soak $(ARGS)

.PHONY: protections
protections: dev ## takes away each thing that docs/SECURITY.md promises, and sees its tests fail; some 15 minutes
	.venv/bin/python -m tests.protections $(ARGS)

.PHONY: fuzz
fuzz: dev ## odd texts and files for the readers of dates and documents, five minutes (--seconds); keeps what it finds
	.venv/bin/python -W ignore -m tests.fuzzing $(ARGS)

.PHONY: screenshots
screenshots: dev ## every page as a picture in build/screenshots: wide, phone, dark (needs Chromium or Chrome)
	.venv/bin/python -m tests.acceptance.browser.screenshots build/screenshots $(ARGS)

.PHONY: check
check: dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

.PHONY: pytest
pytest: dev ## every test, without the checks
	$(PYTEST) $(ARGS)

.PHONY: format
format: dev ## put the code into its one form, and repair what ruff can repair
	.venv/bin/ruff check --fix-only --quiet
	.venv/bin/ruff format

.PHONY: lock
lock: ## requirements.lock anew from pyproject.toml (ARGS=--upgrade: newest versions)
	@$$(scripts/install.sh python) -m venv build/lock
	@build/lock/bin/python -m pip --quiet --disable-pip-version-check install $(UV)
	build/lock/bin/python scripts/lock.py $(ARGS)

.PHONY: audit
audit: ## known vulnerabilities of the locked packages, from osv.dev; says so where that cannot be asked
	@$$(scripts/install.sh python) -m venv build/audit
	@build/audit/bin/python -m pip --quiet --disable-pip-version-check install $(PIP_AUDIT)
	build/audit/bin/python scripts/audit.py $(ARGS)

.PHONY: clean
clean: ## remove what is made: .venv, caches, build output (never data/)
	rm -rf .venv build dist tests/js/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find service tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
