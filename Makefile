# The commands of the project. Each works from a fresh clone and installs what the machine lacks.

CARGO ?= cargo

.PHONY: demo test check bench tools demo-tools

## Start everything on this machine and print the address of the chat.
demo: demo-tools
	$(CARGO) run -p kiebot -- demo $(DEMO_FLAGS)

## Build and run every test.
test: tools
	$(CARGO) test --workspace --locked

## Format, lints, documentation, licences, unused dependencies; the tidy rules run with the tests too.
check: tools
	scripts/install-checkers.sh
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --locked --quiet
	$(CARGO) deny --log-level error check bans licenses sources
	$(CARGO) machete
	$(CARGO) test -p kiebot --test tidy --locked

## Measure speed and memory beside references, in a release build.
bench: demo-tools
	$(CARGO) build --release --quiet -p kiebot
	$(CARGO) run --release --quiet -p bench

tools:
	@scripts/install-tools.sh

# Without the browser, which only the tests need.
demo-tools:
	@KIEBOT_WITHOUT_BROWSER=1 scripts/install-tools.sh
