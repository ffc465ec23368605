# The commands of the project. Each works from a fresh clone and installs what the machine lacks.

CARGO ?= cargo

.PHONY: demo test check bench chaos scale peak fuzz tools demo-tools

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

## A storm over several processes, and what became of every order. CHAOS_FLAGS="--people 20 --orders 100": a short one.
chaos: demo-tools
	$(CARGO) build --release --quiet -p kiebot
	$(CARGO) run --release --quiet -p fleet --bin chaos -- $(CHAOS_FLAGS)

## The program over a database of millions of rows. SCALE_FLAGS="--people 100000 --orders 1000000": a smaller one.
scale: demo-tools
	$(CARGO) run --release --quiet -p bench -- scale $(SCALE_FLAGS)

## An evening: orders and presses at a steady rate.
peak: demo-tools
	$(CARGO) build --release --quiet -p kiebot
	$(CARGO) run --release --quiet -p bench -- peak $(PEAK_FLAGS)

## Random input for everything that reads words of strangers. CASES=1000: a short run.
fuzz:
	CARGO="$(CARGO)" scripts/fuzz.sh

tools:
	@scripts/install-tools.sh

# Without the browser, which only the tests need.
demo-tools:
	@KIEBOT_WITHOUT_BROWSER=1 scripts/install-tools.sh
