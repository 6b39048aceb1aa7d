# `make help` lists the targets. Needs Debian 12 and Swift 6.3; installs the Debian packages it misses.

SWIFT ?= swift
ARGS ?=
SEED ?= 1
COUNT ?= 200
TARGET ?= parser
SECONDS ?= 60
export SWIFT_BACKTRACE ?= enable=no

RELEASE = -c release --static-swift-stdlib -Xlinker -s

.DEFAULT_GOAL := help
.PHONY: help deps build run test peers lint format conformance compare fuzz sim bench bench-peers clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  make run ARGS="--web.listen-address=127.0.0.1:9091" passes flags to the server.'

deps: ## Install the Debian packages the build needs (only those that are missing).
	@.ci/install build

build: deps ## Build the release binary: .build/release/apus
	@$(SWIFT) build $(RELEASE) --product apus

run: build ## Build and start the server (scrapes itself, data in ./data, http://127.0.0.1:9090).
	@.build/release/apus serve $(ARGS)

test: deps ## Build and run every test.
	@$(SWIFT) build --build-tests
	@$(SWIFT) test --skip-build

peers: ## Install the real programs that the end-to-end tests talk to, without starting them.
	@.ci/install peers

lint: deps ## Check format, layering, file and function lengths.
	@$(SWIFT) format lint --strict --recursive Sources Tests Benchmarks Package.swift
	@$(SWIFT) build --build-tests
	@$(SWIFT) test --skip-build --filter TidyTests

format: ## Rewrite the sources in the house format.
	@$(SWIFT) format --in-place --recursive Sources Tests Benchmarks Package.swift

conformance: deps ## Run the PromQL scripts and print what passes, per file.
	@$(SWIFT) build --build-tests
	@$(SWIFT) test --skip-build --filter ConformanceTests

compare: peers build ## Ask Apus and Debian's prometheus the same random queries: make compare SEED=7 COUNT=5000
	@$(SWIFT) build --product compare
	@.build/debug/compare --seed=$(SEED) --count=$(if $(filter command line environment,$(origin COUNT)),$(COUNT),2000) $(ARGS)

fuzz: deps ## Look for inputs that break parsers and decoders: make fuzz TARGET=planner SECONDS=600
	@APUS_FUZZ=1 $(SWIFT) build -c release --scratch-path .build/fuzz --product fuzz -Xswiftc -use-ld=lld \
		-Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=fuzzer-no-link,address
	@mkdir -p .build/fuzz/found
	@ASAN_OPTIONS=detect_leaks=0 .build/fuzz/release/fuzz seeds $(TARGET) .build/fuzz/corpus/$(TARGET)
	@ASAN_OPTIONS=detect_leaks=0 .build/fuzz/release/fuzz run $(TARGET) -max_total_time=$(SECONDS) -timeout=20 \
		-max_len=600 -dict=.build/fuzz/corpus/$(TARGET).dictionary -artifact_prefix=.build/fuzz/found/$(TARGET)- \
		.build/fuzz/corpus/$(TARGET)

sim: deps ## Random appends, crashes and restarts against an oracle: make sim SEED=7 COUNT=1000
	@$(SWIFT) build -c release --product sim
	@SWIFT_DETERMINISTIC_HASHING=1 .build/release/sim $(SEED) $(COUNT)

bench: deps ## Print costs: parse, append, decode, replay, bytes, query latencies.
	@$(SWIFT) build -c release --product bench
	@.build/release/bench

bench-peers: peers build ## The same load on Apus and its peers, one table: QUICK=1 for a short form, ARGS= for flags.
	@$(SWIFT) build -c release --product bench-peers
	@.build/release/bench-peers $(if $(QUICK),--quick) $(ARGS)

clean: ## Remove what was built (not ./data).
	@rm -rf .build
