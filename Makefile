# The one task runner. `make help` lists what there is; everything sets up what it needs.
#
# Native code is built with cargo's dev profile, which is optimised (see Cargo.toml), so that `demo` and `test` share one
# build of the heavy dependencies; only `bench` and `quality` use the release profile.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

DATA ?= ../shared/data
PORT ?= 8080
CHECK ?=

WASM := wasm32-unknown-unknown
BINDGEN_VERSION := $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/^version = "\(.*\)"$$/\1/p;}' Cargo.lock)
BINDGEN := .tools/bin/wasm-bindgen
WASM_OPT := www/node_modules/binaryen/bin/wasm-opt
TSC := www/node_modules/.bin/tsc
RESHELF := target/debug/reshelf
SHOP := www/demo/data
MOUNTS := /=www/demo /reshelf/=www/dist /data/=$(SHOP)

.PHONY: help setup build cli wasm package demo test bench quality clean
.PHONY: lint test-rust test-wasm test-node test-browser size

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22

# ---- Set-up: each step leaves a file behind, so that the second time is quick ----

WASM_TARGET := .tools/wasm-target
BINDGEN_STAMP := .tools/wasm-bindgen-$(BINDGEN_VERSION)
WWW_PACKAGES := www/node_modules/.package-lock.json
TEST_PACKAGES := tests/node_modules/.package-lock.json
BROWSER := .tools/browser.json

setup: $(WASM_TARGET) $(BINDGEN_STAMP) $(WWW_PACKAGES) $(TEST_PACKAGES) $(BROWSER) ## Install all that is needed (the rest call it)

$(WASM_TARGET):
	@mkdir -p $(@D)
	@command -v rustup >/dev/null || { echo "Rust is missing: install rustup from https://rustup.rs, then try again."; exit 1; }
	rustup target add $(WASM)
	@touch $@

# The tool must be of the library's own version. Its published lock file asks for crates that are gone, hence no --locked.
$(BINDGEN_STAMP):
	@mkdir -p $(@D)
	CARGO_TARGET_DIR=.tools/build cargo install wasm-bindgen-cli --version $(BINDGEN_VERSION) --root .tools
	@rm -rf .tools/build && touch $@

%/node_modules/.package-lock.json: %/package-lock.json
	@node -e 'process.exit(+process.versions.node.split(".")[0] < 20)' || { echo "Node 20 or later is missing: install it from https://nodejs.org, then try again."; exit 1; }
	cd $* && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

$(BROWSER): tests/setup/browser.mjs
	CHROMIUM="$(CHROMIUM)" CHROMEDRIVER="$(CHROMEDRIVER)" node tests/setup/browser.mjs

# ---- Build ----

build: cli package ## Build the `reshelf` command and the npm package

cli:
	cargo build --bin reshelf

# cargo decides what is out of date; the glue and the optimiser run only when the module changed.
wasm: $(WASM_TARGET) $(BINDGEN_STAMP) $(WWW_PACKAGES)
	cargo build --package reshelf --lib --features web --target $(WASM) --profile wasm
	@$(MAKE) --no-print-directory www/dist/engine/reshelf_bg.wasm

www/dist/engine/reshelf_bg.wasm: target/$(WASM)/wasm/reshelf.wasm
	@rm -rf $(@D)
	$(BINDGEN) --target web --out-dir $(@D) --out-name reshelf $<
	$(WASM_OPT) -O3 --strip-debug --strip-producers --strip-target-features -o $@ $@

package: wasm
	$(TSC) --project www/tsconfig.json

# ---- Demo ----

$(SHOP)/model.safetensors: $(RESHELF)
	$(RESHELF) demo-data --out $(SHOP)
	$(RESHELF) train --events $(SHOP)/events.parquet --items $(SHOP)/items.parquet --out $@

demo: build ## Train the demo shop's model and open the shop (CHECK=1: ask it once and stop)
	@$(MAKE) --no-print-directory $(SHOP)/model.safetensors
	$(TSC) --project www/demo/tsconfig.json
	@node tests/serve.mjs --port $(PORT) $(if $(CHECK),--check) $(MOUNTS)

# ---- Tests ----

test: setup lint test-rust test-wasm test-node test-browser size ## Run every test there is

lint: build
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy --package reshelf --features web --target $(WASM) -- -D warnings

test-rust:
	cargo test --workspace

# The same suites in a page, in a dedicated worker and in Node.
test-wasm: setup
	tests/wasm.sh page
	tests/wasm.sh worker
	tests/wasm.sh node

test-node: package
	$(TSC) --project tests/types/tsconfig.json
	node --test www/test/

test-browser: package $(TEST_PACKAGES) $(BROWSER)
	@$(MAKE) --no-print-directory demo CHECK=1
	node --test tests/browser/

size: package
	node tests/size.mjs

# ---- Figures ----

bench: package $(TEST_PACKAGES) $(BROWSER) ## Print the README's speed figures
	node tests/bench/rerank.mjs

quality: ## Train and score on the sets in DATA and print the README's quality table (long)
	cargo build --release --bin reshelf
	tests/quality.sh target/release/reshelf $(DATA)

clean: ## Remove everything built (set-up in .tools/ and node_modules/ stays)
	cargo clean
	rm -rf www/dist www/demo/dist $(SHOP)
