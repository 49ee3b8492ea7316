# What there is to make: `make help`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Each is written last: what was interrupted is begun anew.
LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed
# A demonstration and the tests never touch the database that these name.
ALONE := env -u NEO4J_URI -u NEO4J_USERNAME -u NEO4J_PASSWORD
CLEW := $(ALONE) $(BIN)/clew
# The output of checks that run at the same time is kept apart where this make can do it.
APART := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.PHONY: help install demo test check format-check lint mypy pyright layers documents visibility service order torture bench bench-peers bench-memory test-next test-extracts test-npm test-page client lock clean

help:
	@echo "make demo          a real Neo4j with a synthetic police force in it, its first answers, then served; SERVE=0: not served"
	@echo "make test          all checks, then the tests"
	@echo "make check         formatting, lint, types, layers, generated pages"
	@echo "make visibility    the large run of the tests of who may see what"
	@echo "make service       the large run of the tests of the service: 10,000 requests, 5,000 documents, 50 graphs"
	@echo "make order         the large run of the tests of deliveries in any order"
	@echo "make torture       the large run of the tests that kill loads: 300 times"
	@echo "make bench         what is claimed about speed, at force size; SIZE=metropolitan: at that"
	@echo "make bench-peers   the same, with Cartography's loader beside ours"
	@echo "make bench-memory  two million rows loaded, and the memory that took"
	@echo "make test-next     the tests on the next line of Neo4j, 2026.09.0"
	@echo "make test-extracts the tests on real public extracts"
	@echo "make test-npm      the audits of GraphQL over HTTP, by the suite from npm"
	@echo "make test-page     the page to try the service on, in Chromium"
	@echo "make client        the Python client, from the schema and the trusted documents"
	@echo "make install       the environment in $(VENV), from the lock"
	@echo "make lock          the lock, from pyproject.toml (needs uv)"
	@echo "make clean         away with what make made; the local Neo4j and its data stay in CLEW_HOME"

install: $(INSTALLED)

$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Clew needs Python 3.11 or later; if you have one under another name: make PYTHON=python3.12 ..." >&2; \
	    exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
	    echo "This Python cannot make environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; \
	    exit 1; }
	@echo "Installing into $(VENV); the first time this takes a minute or two."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# SERVE=0: ends when it has printed its answers.
SERVE := 1
demo: install
	@$(CLEW) up
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && trap 'exit 1' INT TERM \
	    && $(CLEW) synthesise "$$folder/force" --size demo \
	    && for each in "$$folder"/force/*/; do $(CLEW) load "$$each" || exit 1; done
	@echo && $(CLEW) status
	@echo && $(CLEW) query threat_list --limit 10
	@echo && $(CLEW) query serial_perpetrators --limit 10
	@echo
	@echo "How to go on:"
	@suspect=$$($(CLEW) query serial_perpetrators --limit 1 --format csv | sed -n '2s/,.*//p') \
	    && echo "  $(BIN)/clew query linked_victims --person-id $$suspect   the victims of the first, one by one" \
	    && echo "  $(BIN)/clew query timeline --subject-id $$suspect        everything recorded, in order"
	@dyad=$$($(CLEW) query threat_list --limit 1 --format csv | sed -n '2s/,.*//p') \
	    && echo "  $(BIN)/clew query threat_score --dyad-id '$$dyad'    why the first has its score"
	@echo "  $(BIN)/clew queries                                                what else may be asked"
	@echo "  $(BIN)/clew docs --templates delivery                              an empty delivery, to fill"
	@echo "  $(BIN)/clew serve --dev                                            serve GraphQL, with a page to try it"
	@echo "  $(BIN)/clew down                                                   stop the Neo4j; its data stay"
ifneq ($(SERVE),0)
	@echo
	@$(CLEW) serve --dev
endif

# Two processes, each with a Neo4j of its own; whichever has done its half takes over tests of the other.
IN_TWO := -n 2 --dist worksteal
test: check
	$(ALONE) $(BIN)/pytest $(IN_TWO) -m "not extracts and not npm and not page"

visibility: install
	$(ALONE) CLEW_VISIBILITY_GRAPHS=2000 $(BIN)/pytest tests/test_visibility.py

order: install
	$(ALONE) CLEW_ORDER_EXAMPLES=1000 $(BIN)/pytest tests/test_any_order.py

torture: install
	$(ALONE) CLEW_TORTURE_KILLS=300 $(BIN)/pytest tests/test_torture.py

SIZE := force
STAGES :=
# Where bench/peers.txt is installed: none of it is a dependency of ours.
PEERS := $(VENV)/peers
bench: install
	$(ALONE) $(BIN)/python -m bench --size $(SIZE) --stages "$(STAGES)"

bench-peers: install $(PEERS)/.installed
	$(ALONE) CLEW_BENCH_PEERS=$(abspath $(PEERS)/bin/python) $(BIN)/python -m bench --size $(SIZE) --stages "$(STAGES)"

$(PEERS)/.installed: bench/peers.txt
	@$(PYTHON) -m venv --clear $(PEERS)
	@$(PEERS)/bin/pip install --quiet --disable-pip-version-check -r bench/peers.txt
	@touch $@

bench-memory: install
	$(ALONE) $(BIN)/python bench/large_delivery.py

test-next: install
	$(ALONE) CLEW_NEO4J_VERSION=2026.09.0 $(BIN)/pytest $(IN_TWO) -m "not extracts and not npm and not page"

# An older graphql-core than ours: an environment of its own.
CLIENT := $(VENV)/client
client: install $(CLIENT)/.installed
	$(BIN)/python -P api/client/generate.py $(CLIENT)/bin/ariadne-codegen
	$(BIN)/ruff format --quiet api/client

$(CLIENT)/.installed: api/client.txt
	@$(PYTHON) -m venv --clear $(CLIENT)
	@$(CLIENT)/bin/pip install --quiet --disable-pip-version-check -r api/client.txt
	@touch $@

service: install
	$(ALONE) CLEW_API_REQUESTS=10000 CLEW_API_FUZZ=5000 CLEW_API_VISIBILITY_GRAPHS=50 $(BIN)/pytest tests/test_api_failures.py tests/test_api_fuzz.py tests/test_api_visibility.py

test-page: install
	$(ALONE) $(BIN)/pytest -m page

test-npm: install
	$(ALONE) $(BIN)/pytest -m npm

test-extracts: install
	$(ALONE) $(BIN)/pytest -m extracts

check: install
	@$(MAKE) --no-print-directory --jobs=2 --keep-going $(APART) format-check lint mypy pyright layers documents

format-check:
	$(BIN)/ruff format --check .

lint:
	$(BIN)/ruff check .

mypy:
	$(BIN)/mypy
	$(BIN)/mypy tests

# The package carries pyright and node with it; it would only ask whether there is a newer one.
pyright:
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright

layers:
	$(BIN)/lint-imports --no-logo

documents:
	$(BIN)/clew docs --check

# What runs is locked apart, for the image: with the same versions, without what only tests and checks need.
LOCK := uv pip compile --no-strip-extras --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock:
	@command -v uv > /dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	$(LOCK) pyproject.toml --group test --group check --output-file requirements.lock
	$(LOCK) pyproject.toml --constraint requirements.lock --no-annotate --output-file requirements.run.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
