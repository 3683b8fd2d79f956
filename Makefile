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
MINUTES ?= 60

WASM := wasm32-unknown-unknown
BINDGEN_VERSION := $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/^version = "\(.*\)"$$/\1/p;}' Cargo.lock)
TSC := www/node_modules/.bin/tsc
BIOME := www/node_modules/.bin/biome
RESHELF := target/debug/reshelf
DEMO := model_export/demo
SHOP := target/demo
LOG := target/test.log

.PHONY: help setup build cli wasm wasi gpu-module html-module kernel-check javascript package storefront demo demo-model test fuzz bench
.PHONY: quality floors tokens slate signals cold clean
.PHONY: all-tests lint lint-rest test-rust test-arm test-wasm test-node test-browser test-runtimes test-hosts test-size

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 \2/p' $(firstword $(MAKEFILE_LIST)) | awk '{printf "  make %-11s", $$2; $$1=$$2=""; print}'

# ---- Set-up: each step leaves a file behind, so that the second time is quick ----

WASM_TARGET := .tools/$(WASM)
WASI_TARGET := .tools/wasm32-wasip1
BINDGEN := .tools/wasm-bindgen-$(BINDGEN_VERSION)
WWW_PACKAGES := www/node_modules/.package-lock.json
TEST_PACKAGES := tests/node_modules/.package-lock.json
BROWSER := .tools/browser.json
VULKAN := .tools/vulkan
ARM := .tools/arm.env
WASMTIME := .tools/wasmtime.json

setup: $(WASM_TARGET) $(BINDGEN) $(WWW_PACKAGES) $(TEST_PACKAGES) $(BROWSER) $(VULKAN) $(ARM) $(WASMTIME) ## Install all that the other targets need (they call it themselves)

$(WASM_TARGET) $(WASI_TARGET):
	@command -v rustup >/dev/null || { echo "Rust is missing: install it with rustup, see https://rustup.rs"; exit 1; }
	rustup target add $(@F)
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
	@CHROMIUM="$(CHROMIUM)" CHROMEDRIVER="$(CHROMEDRIVER)" FIREFOX="$(FIREFOX)" node $<

$(VULKAN): tests/setup/vulkan.mjs
	@mkdir -p $(@D) && node $< && touch $@

$(ARM): tests/setup/arm.mjs
	@node $<

$(WASMTIME): tests/setup/wasmtime.mjs
	@node $<

# ---- Build ----

build: cli package storefront ## Build the `reshelf` command, the npm package and the storefront

cli:
	cargo build --bin reshelf

# Three modules: the CPU engine for 128-bit SIMD, the same with relaxed SIMD, and what finds rows on a GPU.
# cargo decides what is out of date; a copy that stays the same keeps its date, so that glue and optimiser run only when a
# module is a new one. The engine's two builds have a profile, and so a folder, each: in one folder Cargo would link anew at each
# change of features.
#
# No path of the machine that builds may get into a module: it would be bytes for every page, and tell of the builder. The flags
# add to those of .cargo/config.toml.
CARGO_FOLDER = $${CARGO_HOME:-$$HOME/.cargo}
HIDDEN = "$(CURDIR)" "$(CARGO_FOLDER)" "$(CARGO_FOLDER)"/registry/src/* "$$(rustc --print sysroot)/lib/rustlib/src/rust"
# cargo has no part in the jobs that this Makefile counts.
WASM_CARGO = unset MAKEFLAGS MFLAGS; cargo tree --quiet --package reshelf-web --target $(WASM) >/dev/null && \
	cargo --config "target.$(WASM).rustflags=[$$(printf "'--remap-path-prefix=%s=/build'," $(HIDDEN))]"
WASM_BUILD = $(WASM_CARGO) build --target $(WASM)
KEEP = keep() { mkdir -p target/modules; cmp -s "$$1" "target/modules/$$2" || cp "$$1" "target/modules/$$2"; }; keep target/$(WASM)
ENGINE := www/dist/engine
# The last KiB of the stack, which lies lowest, is reached by nothing that does not overflow it: hence no low memory is used.
# Long functions that are called once stay functions: 0.5 KB less of the engine after gzip, as each has few locals.
OPTIMISE := www/node_modules/binaryen/bin/wasm-opt -Oz --converge --low-memory-unused --strip-debug --strip-producers --strip-target-features \
	--one-caller-inline-max-function-size 20 --always-inline-max-function-size 4

wasm: $(WASM_TARGET) $(BINDGEN) $(WWW_PACKAGES)
	$(WASM_BUILD) --profile wasm --package reshelf-web
	@$(KEEP)/wasm/reshelf_web.wasm simd128.wasm
	$(WASM_BUILD) --profile wasm-relaxed --package reshelf-web --features relaxed-simd
	@$(KEEP)/wasm-relaxed/reshelf_web.wasm relaxed.wasm
	@$(MAKE) --no-print-directory $(ENGINE)/reshelf_bg.wasm $(ENGINE)/reshelf_relaxed_bg.wasm

target/modules/%.wasm:
	@$(MAKE) --no-print-directory wasm

# The generated glue carries every method's documentation, a third of its size.
MINIFY = www/node_modules/.bin/esbuild --minify --format=esm --target=es2022 --log-level=warning

# Both builds share the glue of the first; the second is built only to see that its own would be the same.
$(ENGINE)/reshelf_bg.wasm: target/modules/simd128.wasm www/build/glue.mjs www/build/locations.mjs
	.tools/bin/wasm-bindgen --target web --out-dir target/modules/simd128 --out-name reshelf $<
	node www/build/glue.mjs target/modules/simd128/reshelf.js target/modules/glue/reshelf.js
	$(MINIFY) --outfile=$(@D)/reshelf.js target/modules/glue/reshelf.js
	$(OPTIMISE) -o target/modules/simd128/optimised.wasm target/modules/simd128/reshelf_bg.wasm
	node www/build/locations.mjs target/modules/simd128/optimised.wasm $@

$(ENGINE)/reshelf_relaxed_bg.wasm: target/modules/relaxed.wasm $(ENGINE)/reshelf_bg.wasm
	.tools/bin/wasm-bindgen --target web --out-dir target/modules/relaxed --out-name reshelf $<
	@cmp target/modules/relaxed/reshelf.js target/modules/simd128/reshelf.js || { echo "the two builds of the engine need glue of their own"; exit 1; }
	$(OPTIMISE) --enable-relaxed-simd -o target/modules/relaxed/optimised.wasm target/modules/relaxed/reshelf_bg.wasm
	node www/build/locations.mjs target/modules/relaxed/optimised.wasm $@

# The kernels alone, without glue: for the checks and timings in runtimes that the engine's own tests do not reach.
kernel-check: $(WASM_TARGET)
	$(WASM_BUILD) --profile wasm-check --package reshelf-kernel-check
	@$(KEEP)/wasm-check/reshelf_kernel_check.wasm kernel_check_simd128.wasm
	$(WASM_BUILD) --profile wasm-check --package reshelf-kernel-check --features relaxed-simd
	@$(KEEP)/wasm-check/reshelf_kernel_check.wasm kernel_check_relaxed.wasm

# A program for hosts that run WASI ones.
wasi: $(WASI_TARGET)
	cargo build --target wasm32-wasip1 --profile wasm-wasi --package reshelf-wasi

# The module for WebGPU, fetched only by pages that use one.
gpu-module: $(WASM_TARGET) $(BINDGEN) $(WWW_PACKAGES)
	$(WASM_BUILD) --profile wasm-small --package reshelf-gpu-web
	@$(MAKE) --no-print-directory www/dist/gpu/reshelf_gpu_bg.wasm

target/$(WASM)/wasm-small/reshelf_gpu_web.wasm:
	@$(MAKE) --no-print-directory gpu-module

www/dist/gpu/reshelf_gpu_bg.wasm: target/$(WASM)/wasm-small/reshelf_gpu_web.wasm
	.tools/bin/wasm-bindgen --target web --out-dir target/modules/gpu --out-name reshelf_gpu $<
	$(MINIFY) --outfile=$(@D)/reshelf_gpu.js target/modules/gpu/reshelf_gpu.js
	$(OPTIMISE) -o $@ target/modules/gpu/reshelf_gpu_bg.wasm

# The module for pages at the edge. Its time is spent in every answer, hence a profile of its own.
html-module: $(WASM_TARGET) $(BINDGEN) $(WWW_PACKAGES)
	$(WASM_BUILD) --profile wasm-html --package reshelf-html-web
	@$(MAKE) --no-print-directory www/dist/html/reshelf_html_bg.wasm

target/$(WASM)/wasm-html/reshelf_html_web.wasm:
	@$(MAKE) --no-print-directory html-module

www/dist/html/reshelf_html_bg.wasm: target/$(WASM)/wasm-html/reshelf_html_web.wasm www/build/glue.mjs
	.tools/bin/wasm-bindgen --target web --out-dir target/modules/html --out-name reshelf_html $<
	node www/build/glue.mjs target/modules/html/reshelf_html.js target/modules/glue/reshelf_html.js
	$(MINIFY) --outfile=$(@D)/reshelf_html.js target/modules/glue/reshelf_html.js
	$(subst -Oz,-O3,$(OPTIMISE)) -o $@ target/modules/html/reshelf_html_bg.wasm

# Licences ask for their text with every copy: ours, and those of the crates in the modules.
www/NOTICES: Cargo.lock crate/Cargo.toml www/build/notices.mjs
	node www/build/notices.mjs $@

# The package as the storefront loads it: without the module for GPUs, which no catalogue of its size asks for, and without
# licences. The facade as single modules, to be read and profiled, is in target/facade; bundled and minified, as it ships, in
# www/dist.
javascript: wasm
	$(TSC) --project www/tsconfig.json
	node www/build/bundle.mjs

package: javascript gpu-module html-module www/NOTICES
	cp LICENSE-MIT LICENSE-APACHE www/

storefront: javascript
	$(TSC) --project www/demo/tsconfig.json

# ---- Demo ----

# The shop is made here in seconds; its model and the model's names are committed files, so that a first look does not build the
# trainer. A test trains anew and holds the model against it (model_export/tests/suite/demo_model.rs).
$(SHOP)/shop.json: $(shell find $(DEMO)/src $(DEMO)/tables $(DEMO)/drawings -type f) $(DEMO)/Cargo.toml Cargo.lock
	cargo run --quiet --package reshelf-demo -- $(@D)

$(SHOP)/model.safetensors $(SHOP)/names.json: $(SHOP)/%: $(DEMO)/%
	@mkdir -p $(@D) && cp $< $@

demo: storefront $(SHOP)/shop.json $(SHOP)/model.safetensors $(SHOP)/names.json ## Build the storefront and open the demo shop (CHECK=1: ask it once and stop; EDGE=1: pages through reshelf/edge; PORT=8080)
	@node www/demo/server.mjs --data $(SHOP) --port $(PORT) $(if $(EDGE),--edge) $(if $(CHECK),--check)

demo-model: cli ## Train the demo shop's model anew, after a change of the generator or the trainer
	$(RESHELF) demo-data --out target/demo-log
	$(RESHELF) train --events target/demo-log/events.csv --items target/demo-log/items.csv --out $(DEMO)/model.safetensors
	$(RESHELF) names --model $(DEMO)/model.safetensors --items target/demo-log/items.csv --out $(DEMO)/names.json

# ---- Tests ----

test: setup ## Run every test there is
	@mkdir -p target
	@set -o pipefail; $(MAKE) --no-print-directory all-tests 2>&1 | tee $(LOG); passed=$$?; node tests/summary.mjs $(LOG); exit $$passed

# One after the other, those behind one that fails included; how long each took stands in the summary.
STEPS := lint-rest test-rust test-arm test-wasm test-node test-browser test-runtimes test-hosts test-size
all-tests:
	@failed=0; for step in $(STEPS); do \
		begin=$$SECONDS; $(MAKE) --no-print-directory $$step || failed=1; echo "step $$step: $$((SECONDS - begin)) s"; \
	done; exit $$failed

lint: lint-rest ## Check format, lints and types; every warning is an error
	cargo clippy --workspace --all-targets -- -D warnings

# What no native test builds. The types of all modules' glue are read by tests/types.
lint-rest: $(WASM_TARGET) $(BINDGEN) $(WWW_PACKAGES)
	@$(MAKE) --no-print-directory -j2 storefront gpu-module html-module
	cargo fmt --all --check
	cargo clippy --package reshelf-gpu-web --package reshelf-html-web --target $(WASM) --lib -- -D warnings
	cargo clippy --package reshelf-web --target $(WASM) --features relaxed-simd --lib -- -D warnings
	cargo clippy --package reshelf-web --target $(WASM) --features relaxed-simd --tests -- -D warnings
	$(TSC) --project tests/types/tsconfig.json
	$(BIOME) check --error-on-warnings

# The compiler of what `make test` builds natively is clippy, with the lints of `make lint`: our code is linted as it is
# built. `cargo clippy` beside it would check DataFusion and the other dependencies once more, which takes minutes.
LINTED = RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__ cargo

# Benchmarks and examples are built for their lints, and not run. The GPU's tests need a Vulkan driver; a software one does
# (Debian: mesa-vulkan-drivers libvulkan1).
test-rust: export XDG_RUNTIME_DIR ?= /tmp
test-rust: $(VULKAN)
	$(LINTED) test --workspace --all-targets --no-run
	$(LINTED) test --workspace

# The kernels and the golden file on aarch64: once with the dot product that servers and phones have, once without.
test-arm: $(ARM)
	@. ./$(ARM) && test_on() { \
		echo "aarch64: $$1"; \
		export QEMU_CPU=$$1 RESHELF_EXPECT_KERNEL="$$2"; \
		cargo test --package reshelf-kernels --target aarch64-unknown-linux-gnu --lib -- kernels:: && \
		cargo test --package reshelf --features testing --target aarch64-unknown-linux-gnu --test golden; \
	} && test_on max "aarch64 NEON dot product" && test_on cortex-a53 "reference"

# The same suite three times: in Node, in a page and in a dedicated worker.
WASM_TEST = CHROMEDRIVER="$$(node -p 'require("./$(BROWSER)").chromedriver')" \
	cargo test --package reshelf-web --target $(WASM)
test-wasm: $(WASM_TARGET) $(BINDGEN) $(BROWSER)
	$(WASM_TEST)
	WASM_BINDGEN_USE_BROWSER=1 $(WASM_TEST)
	WASM_BINDGEN_USE_DEDICATED_WORKER=1 $(WASM_TEST)

# Node runs as many files at once as there are processors but one: on a machine with two of them, one after the other.
NODE_TEST = node --test --test-concurrency=$$(getconf _NPROCESSORS_ONLN) --test-reporter=spec

test-node: package
	$(NODE_TEST) www/test/*.test.mjs tests/*.test.mjs tests/bench/*.test.mjs tests/quality/*.test.mjs

test-browser: package $(TEST_PACKAGES) $(BROWSER)
	@$(MAKE) --no-print-directory demo CHECK=1
	CHROMIUM="$$(node -p 'require("./$(BROWSER)").chromium')" $(NODE_TEST) tests/browser/*.test.mjs

# The same bits in Chromium, Firefox, Deno, workerd and Node; also those of real sessions, where test-rust left some.
test-runtimes: package kernel-check wasi $(TEST_PACKAGES) $(BROWSER) $(VULKAN) $(WASMTIME)
	$(NODE_TEST) tests/runtimes/*.test.mjs

# The tarball in the hosts that shops use, with their tools in the versions of the lock file (1.3 GB). What a first run installs counts.
HOST_PACKAGES := tests/hosts/node_modules/.package-lock.json
test-hosts: package $(TEST_PACKAGES) $(HOST_PACKAGES) $(BROWSER)
	node tests/hosts/project.mjs
	$(NODE_TEST) tests/hosts/*.test.mjs

test-size: package
	node tests/size.mjs

# Half of the time for what comes as bytes, natively; half for the page's interface.
fuzz: package ## Fuzz artifacts, snapshots, rows, pages and the package's interface for MINUTES=60
	RESHELF_FUZZ_MINUTES=$$(( ($(MINUTES) + 2) / 3 )) cargo test --package reshelf --features testing --test fuzz -- --nocapture --test-threads 3
	RESHELF_FUZZ_MINUTES=$$(( ($(MINUTES) + 5) / 6 )) cargo test --package reshelf-html --test suite mutated -- --nocapture
	node tests/fuzz/interface.mjs --minutes $$(( ($(MINUTES) + 1) / 2 ))

# ---- Figures ----

# Sample artifacts by their number of items: 64 dimensions, 20 neighbours an item, and a head of 16 hidden rows, as
# `reshelf train` makes them.
SAMPLES := $(foreach items,40000 100000 1000000,target/bench/sample-$(items).safetensors)
$(SAMPLES): crate/examples/sample_artifact.rs $(shell find crate/src -name "*.rs")
	@mkdir -p $(@D)
	cargo run --quiet --package reshelf --features testing --example sample_artifact -- $@ $(patsubst target/bench/sample-%.safetensors,%,$@) 64 20 16

BENCH_PACKAGES := tests/bench/node_modules/.package-lock.json
bench: package $(TEST_PACKAGES) $(BENCH_PACKAGES) $(BROWSER) $(SAMPLES) ## Measure speed: peers, runtimes, kernels, a profile; write the tables of docs/performance.md and docs/scan.md
	node tests/bench/rerank.mjs
	node tests/bench/peers.mjs
	node tests/bench/runtimes.mjs
	node tests/bench/kernels.mjs
	node tests/bench/profile.mjs
	node tests/bench/choice.mjs
	node tests/bench/sessions.mjs target/bench/sample-40000.safetensors
	node tests/bench/capture.mjs
	node tests/bench/edge.mjs
	node tests/bench/load.mjs
	node tests/bench/report.mjs
	node tests/size.mjs

quality: cli ## Train and measure on the logs in DATA and write the tables of docs/quality.md and the README (three hours or so)
	node tests/quality.mjs $(RESHELF) $(DATA)

floors: cli ## Train with floors of 1, 2 and 3 sessions on the logs in DATA and write the table of docs/privacy.md (an hour or so)
	node tests/quality.mjs $(RESHELF) $(DATA) --floors

tokens: cli ## Train on the logs in DATA and write the table of docs/tokens.md: what a token is worth to a server (an hour or so)
	node tests/quality.mjs $(RESHELF) $(DATA) --tokens

slate: cli ## Measure what variety costs on the logs in DATA, with the models of `make quality`, and write the table of docs/slate.md (ten minutes)
	node tests/slate.mjs $(RESHELF) $(DATA)

signals: cli ## Train on logs in DATA and on a simulated one, write the tables of docs/quality.md on kinds, dwells and skips (ten minutes)
	node tests/quality.mjs $(RESHELF) $(DATA) --signals

cold: cli ## Train on the logs in DATA with a tenth of the items hidden, write the table of docs/quality.md on new items (an hour or so)
	node tests/quality.mjs $(RESHELF) $(DATA) --cold

clean: ## Remove all that was built; what the set-up fetched stays
	cargo clean
	rm -rf www/dist www/demo/dist tests/hosts/out www/NOTICES www/LICENSE-*
