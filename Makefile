# The one task runner. `make help` lists what there is; everything sets up what it needs.
#
# Native code is built with cargo's dev profile, which is optimised (see Cargo.toml), so that `demo` and `test` share one
# build of the heavy dependencies. The web module has a profile of its own.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.DELETE_ON_ERROR:

# What a caller may set.
DATA ?= ../shared/data
PORT ?= 8080
CHECK ?=

WASM := wasm32-unknown-unknown
BINDGEN_VERSION := $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/^version = "\(.*\)"$$/\1/p;}' Cargo.lock)
TSC := www/node_modules/.bin/tsc
RESHELF := target/debug/reshelf
SHOP := target/demo
LOG := target/test.log

.PHONY: help setup build cli wasm gpu-module package storefront demo test bench quality clean
.PHONY: all-tests lint test-rust test-gpu test-wasm test-node test-browser test-size

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 \2/p' $(firstword $(MAKEFILE_LIST)) | awk '{printf "  make %-9s", $$2; $$1=$$2=""; print}'

# ---- Set-up: each step leaves a file behind, so that the second time is quick ----

WASM_TARGET := .tools/$(WASM)
BINDGEN := .tools/wasm-bindgen-$(BINDGEN_VERSION)
WWW_PACKAGES := www/node_modules/.package-lock.json
TEST_PACKAGES := tests/node_modules/.package-lock.json
BROWSER := .tools/browser.json

setup: $(WASM_TARGET) $(BINDGEN) $(WWW_PACKAGES) $(TEST_PACKAGES) $(BROWSER) ## Install all that the other targets need (they call it themselves)

$(WASM_TARGET):
	@command -v rustup >/dev/null || { echo "Rust is missing: install it with rustup, see https://rustup.rs"; exit 1; }
	rustup target add $(WASM)
	@mkdir -p $(@D) && touch $@

# The tool must be of the library's own version. Its published lock file asks for crates that are gone, hence no --locked;
# built without optimisation it takes half the time to build and a fifth of a second to run.
$(BINDGEN):
	@mkdir -p $(@D)
	CARGO_PROFILE_DEV_DEBUG=false CARGO_TARGET_DIR=.tools/build \
		cargo install wasm-bindgen-cli --version $(BINDGEN_VERSION) --debug --root .tools --force
	@rm -rf .tools/build && touch $@

%/node_modules/.package-lock.json: %/package-lock.json
	@node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' || { echo "Node 20 or later is missing: see https://nodejs.org"; exit 1; }
	cd $* && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

$(BROWSER): tests/setup/browser.mjs
	@CHROMIUM="$(CHROMIUM)" CHROMEDRIVER="$(CHROMEDRIVER)" node $<

# ---- Build ----

build: cli package storefront ## Build the `reshelf` command, the npm package and the storefront

cli:
	cargo build --bin reshelf

# cargo decides what is out of date; glue and optimiser run only when the module is a new one.
wasm: $(WASM_TARGET) $(BINDGEN) $(WWW_PACKAGES)
	cargo build --package reshelf --lib --features web --target $(WASM) --profile wasm
	@$(MAKE) --no-print-directory www/dist/engine/reshelf_bg.wasm

target/$(WASM)/wasm/reshelf.wasm:
	@$(MAKE) --no-print-directory wasm

www/dist/engine/reshelf_bg.wasm: target/$(WASM)/wasm/reshelf.wasm
	@rm -rf $(@D)
	.tools/bin/wasm-bindgen --target web --out-dir $(@D) --out-name reshelf $<
	www/node_modules/binaryen/bin/wasm-opt -Oz --strip-debug --strip-producers --strip-target-features -o $@ $@

# The module for WebGPU, fetched only by pages that use one. It has a profile, and so a folder, of its own.
gpu-module: $(WASM_TARGET) $(BINDGEN) $(WWW_PACKAGES)
	cargo build --package reshelf --lib --no-default-features --features web-gpu --target $(WASM) --profile wasm-small
	@$(MAKE) --no-print-directory www/dist/gpu/reshelf_gpu_bg.wasm

target/$(WASM)/wasm-small/reshelf.wasm:
	@$(MAKE) --no-print-directory gpu-module

www/dist/gpu/reshelf_gpu_bg.wasm: target/$(WASM)/wasm-small/reshelf.wasm
	@rm -rf $(@D)
	.tools/bin/wasm-bindgen --target web --out-dir $(@D) --out-name reshelf_gpu $<
	www/node_modules/binaryen/bin/wasm-opt -Oz --strip-debug --strip-producers --strip-target-features -o $@ $@

package: wasm gpu-module
	$(TSC) --project www/tsconfig.json

storefront: package
	$(TSC) --project www/demo/tsconfig.json

# ---- Demo ----

$(SHOP)/model.safetensors: $(RESHELF)
	$(RESHELF) demo-data --out $(SHOP)
	$(RESHELF) train --events $(SHOP)/events.csv --items $(SHOP)/items.csv --out $@

demo: build ## Train the demo shop's model and open the shop (CHECK=1: ask it once and stop; PORT=8080)
	@$(MAKE) --no-print-directory $(SHOP)/model.safetensors
	@node www/demo/server.mjs --data $(SHOP) --port $(PORT) $(if $(CHECK),--check)

# ---- Tests ----

test: setup ## Run every test there is
	@mkdir -p target
	@set -o pipefail; $(MAKE) --no-print-directory --keep-going all-tests 2>&1 | tee $(LOG); passed=$$?; node tests/summary.mjs $(LOG); exit $$passed

all-tests: lint test-rust test-gpu test-wasm test-node test-browser test-size

lint: storefront
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy --package reshelf --features web --target $(WASM) --lib --test web -- -D warnings
	cargo clippy --package reshelf --features native,gpu --all-targets -- -D warnings
	cargo clippy --package reshelf --features web-gpu --target $(WASM) --lib -- -D warnings
	$(TSC) --project tests/types/tsconfig.json

test-rust:
	cargo test --workspace

# Needs a Vulkan driver; a software one does (Debian: mesa-vulkan-drivers libvulkan1). Fails without.
test-gpu:
	cargo test --package reshelf --features native,gpu --lib gpu::
	cargo test --package reshelf --features native,gpu --test gpu

# The same suite three times: in Node, in a page and in a dedicated worker.
WASM_TEST = CHROMEDRIVER="$$(node -p 'require("./$(BROWSER)").chromedriver')" \
	cargo test --package reshelf --features web --target $(WASM) --test web
test-wasm: $(WASM_TARGET) $(BINDGEN) $(BROWSER)
	$(WASM_TEST)
	WASM_BINDGEN_USE_BROWSER=1 $(WASM_TEST)
	WASM_BINDGEN_USE_DEDICATED_WORKER=1 $(WASM_TEST)

test-node: package
	node --test --test-reporter=spec www/test/*.test.mjs tests/quality/*.test.mjs

test-browser: package $(TEST_PACKAGES) $(BROWSER)
	@$(MAKE) --no-print-directory demo CHECK=1
	CHROMIUM="$$(node -p 'require("./$(BROWSER)").chromium')" node --test --test-reporter=spec tests/browser/*.test.mjs

test-size: package
	node tests/size.mjs

# ---- Figures ----

# 40,000 items of 64 dimensions with 20 neighbours each, and a head of 16 hidden rows, as `reshelf train` makes them.
target/sample.safetensors: crate/examples/sample_artifact.rs $(shell find crate/src -name "*.rs")
	cargo run --quiet --package reshelf --features native --example sample_artifact -- $@ 40000 64 20 16

bench: package $(TEST_PACKAGES) $(BROWSER) target/sample.safetensors ## Print the README's speed figures
	node tests/bench/rerank.mjs target/sample.safetensors
	node tests/size.mjs

quality: cli ## Train and measure on the logs in DATA and write the tables of docs/quality.md and the README (an hour or so)
	node tests/quality.mjs $(RESHELF) $(DATA)

clean: ## Remove all that was built; what the set-up fetched stays
	cargo clean
	rm -rf www/dist www/demo/dist
