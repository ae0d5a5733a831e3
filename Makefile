# A thin front on Meson: what a newcomer types. `make` alone says what there is.

# Debian's tools before any others: the machine may have a second python3 that lacks what we install.
export PATH := /usr/bin:/bin:/usr/sbin:/sbin:$(PATH)
PYTHON = /usr/bin/python3

.PHONY: help build demo test torture simulate tsan soak bench lint fuzz clean install
.NOTPARALLEL:

help:
	@echo 'make demo     install what is missing, build, and run a campaign end to end'
	@echo 'make build    build build/callsheet'
	@echo 'make test     build plain and with sanitizers, run every test'
	@echo 'make torture  kill a dialling server KILLS (2000) times; SEED chooses the moments'
	@echo 'make simulate  take each guard out and see it noticed, then histories without end; SEED, FAULTS'
	@echo 'make tsan     200 calls on a server built with ThreadSanitizer'
	@echo 'make soak     200 AI calls at once for MINUTES (10): none lost, no growth of memory'
	@echo 'make lint     include arrows, symbol clashes, format, names, shell scripts'
	@echo 'make bench    measure this server against a Node one'
	@echo 'make fuzz     run each fuzz target for FUZZ_SECONDS (60)'
	@echo 'make install  install into PREFIX (/usr/local), DESTDIR is obeyed'
	@echo 'make clean    remove what was built'

build:
	@tools/install-packages build
	@test -f build/build.ninja || meson setup build
	@ninja -C build

demo: build
	@build/callsheet demo

test:
	@tools/install-packages build test || { echo '0 passed, 1 failed, 0 skipped'; exit 1; }
	@$(PYTHON) tools/run-tests $(TESTS)

torture: build
	@tools/install-packages test
	@CALLSHEET_KILLS=$(or $(KILLS),2000) CALLSHEET_SEED=$(or $(SEED),1) \
		$(PYTHON) -m pytest -q -s tests/voice/test_40_kill.py

simulate: build
	@tests/sim/mutants
	@build/tests/sim/simulate --faults $(or $(FAULTS),all) --seeds $(or $(SEED),1)..$(or $(LAST),18446744073709551614)

tsan:
	@tools/install-packages build test
	@test -f build-tsan/build.ninja || meson setup build-tsan -Db_sanitize=thread -Db_lundef=false >/dev/null
	@ninja -C build-tsan --quiet callsheet && $(PYTHON) tests/tsan/run

bench: build
	@tools/install-packages bench
	@$(PYTHON) bench/run
	@$(PYTHON) bench/bulk
	@$(PYTHON) bench/bulk --random
	@$(PYTHON) bench/lists
	@ninja -C build --quiet bench-engine && $(PYTHON) bench/engine
	@$(PYTHON) bench/hooks --pending 1000000
	@ninja -C build --quiet bench-reflector bench-bare && $(PYTHON) bench/calls
	@ninja -C build --quiet bench-who && build/bench-who
	@-$(PYTHON) bench/ai

soak: build
	@tools/install-packages bench
	@ninja -C build --quiet bench-reflector && $(PYTHON) bench/ai --soak $(or $(MINUTES),10)

lint: build
	@tools/install-packages lint
	@$(PYTHON) tools/lint

fuzz:
	@tools/install-packages build fuzz
	@tools/fuzz

install: build
	@meson configure build --prefix $(or $(PREFIX),/usr/local)
	@meson install -C build

clean:
	rm -rf build build-asan build-tsan build-fuzz bench/node/node_modules tests/openapi/node_modules tests/sms/node_modules
