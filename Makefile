# The two commands, `make run` and `make test`: each sets up all it needs. Nothing else installs packages.
# SPDX-License-Identifier: GPL-3.0-or-later

SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
# Many tests wait for timers, networks and windows, so there are half as many more of them at a time as processors.
export MESON_TESTTHREADS ?= $(shell echo $$(($$(nproc) * 3 / 2)))
.PHONY: all run test check-more coverage fuzz soak siege bench bench-accuracy packages packages-check peers dist clean

# The three programs and what they need at run time. It installs no package, so that a package builder that calls
# `make` never gets an apt-get as root.
all: build/build.ninja
	@[ -t 1 ] && quiet= || quiet=--quiet
	! ninja -C build -n programs | grep -q 'no work to do' || exit 0
	echo "Building ts-server, ts-client and timesync; the first time this takes a minute or two."
	ninja -C build $$quiet programs

packages:
	@.ci/packages $(if $(filter run,$(MAKECMDGOALS)),run,test)

# Other people's programs, which some tests use: unpacked here, not installed.
peers:
	@.ci/peers build-peers

build/build.ninja:
	@said=$$(mktemp)
	trap 'rm -f "$$said"' EXIT
	echo "Looking for the libraries that Time Sync needs."
	meson setup build > "$$said" 2>&1 || { cat "$$said"; exit 1; }

# A build that only tests is made soonest with little optimization, with line numbers alone, and by a linker that takes
# a third of the time for each of its many programs.
quick := -Doptimization=1 -Dc_args=-g1
quick_linker = $(if $(shell command -v ld.gold),CC_LD=gold)

# Address and undefined behaviour; the whole project. With CI set it also counts which lines run: .ci/coverage.
build-asan/build.ninja:
	$(quick_linker) meson setup build-asan -Db_sanitize=address,undefined -Db_lundef=false -Dgui=enabled $(quick) \
	  -Dcoverage=$(if $(CI),true,false)

# Data races; what has threads.
build-tsan/build.ninja:
	$(quick_linker) meson setup build-tsan -Db_sanitize=thread -Db_lundef=false -Dgui=disabled $(quick)

# Every option off; it is optimized and hardened, and the compiler looks along each path for mistakes. Of those it finds
# none of these; null pointers are not among them, because it does not see what an index was checked against.
never := use-after-free double-free free-of-non-heap malloc-leak file-leak use-of-uninitialized-value
build-bare/build.ninja:
	meson setup build-bare --auto-features=disabled -Doptimization=1 -Ddebug=false \
	  -Dc_args='-fanalyzer -Wno-analyzer-null-dereference $(never:%=-Werror=analyzer-%)'

# By clang, with what libFuzzer needs.
build-fuzz/build.ninja:
	CC=clang meson setup build-fuzz -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false -Dgui=disabled $(quick)

# A server on this computer, and the window, or without a display the terminal client, measuring it.
run: packages all
	@said=$$(mktemp)
	server=
	trap '[ -z "$$server" ] || kill "$$server" 2> /dev/null || true; rm -f "$$said"' EXIT
	serve () {
	  build/server/ts-server --address 127.0.0.1 --port "$$1" > "$$said" &
	  server=$$!
	  while [ ! -s "$$said" ] && kill -0 "$$server" 2> /dev/null; do sleep 0.05; done
	  [ -s "$$said" ] || { server=; return 1; }
	}
	serve 10085 2> /dev/null || serve 0
	cat "$$said"
	port=$$(sed 's/.*://' "$$said")
	if [ -z "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then
	  echo "There is no display, so this is the terminal client; Ctrl+C ends it."
	  build/cli/ts-client --watch "localhost:$$port"
	else
	  GSETTINGS_SCHEMA_DIR=build/data TIMESYNC_LOCALEDIR=build/po build/gui/timesync "localhost:$$port"
	fi

# A test that hangs is ended late, because a busy machine makes others take as long.
patiently := --print-errorlogs --timeout-multiplier 4

# With CI set the peers come while it builds.
test: packages
	@make --no-print-directory --jobs --output-sync build-asan/build.ninja build-tsan/build.ninja build-bare/build.ninja
	peers=
	if [ -n "$${CI:-}" ]; then .ci/peers build-peers & peers=$$!; fi
	meson compile -C build-asan
	meson compile -C build-tsan
	meson compile -C build-bare programs path-emulator faults-local-clock test-transcript
	[ -z "$$peers" ] || wait "$$peers"
	failed=0
	meson test -C build-asan --no-rebuild $(patiently) || failed=1
	meson test -C build-tsan --no-rebuild $(patiently) \
	  --suite net --suite record --suite server --suite tls --no-suite no-tsan --suite ntp --suite operation || failed=1
	meson test -C build-bare --no-rebuild $(patiently) hardening faults client-program server-program \
	  metrics-endpoint transcript || failed=1
	exit $$failed

# What else is tested in every run of CI: the fuzz targets, built by clang, for seconds, and the core for 32 bits.
check-more: packages build-fuzz/build.ninja
	@meson compile -C build-fuzz programs fuzz-targets
	failed=0
	meson test -C build-fuzz --no-rebuild $(patiently) --suite libfuzzer || failed=1
	.ci/core-32 build-32 || failed=1
	exit $$failed

# How much of the libraries and the server the tests run; whether they pass is for `make test` to say.
build-cov/build.ninja:
	meson setup build-cov -Dcoverage=true -Doptimization=0 -Dgui=disabled

coverage: packages build-cov/build.ninja
	@meson compile -C build-cov
	meson test -C build-cov --no-rebuild > build-cov/said || true
	.ci/coverage build-cov

# Each fuzz target for SECONDS, and a table of what it ran. What is found is in build-fuzz/tests/fuzz.
fuzz: build-fuzz/build.ninja
	@meson compile -C build-fuzz fuzz-targets
	SECONDS_EACH="$(or $(SECONDS),60)" meson compile -C build-fuzz fuzz

# The app for MINUTES, half an hour if not given, with servers that misbehave.
soak: build/build.ninja
	@meson compile -C build programs
	SOAK_MINUTES="$(MINUTES)" meson compile -C build soak

# Ratios to a bare server on the loopback address, and of the app, if it can be built, to a bare window; takes
# half an hour and wants a quiet machine.
build-bench/build.ninja:
	meson setup build-bench --buildtype=release

# One address attacks the server in every way, a minute each, while honest clients ask; takes six minutes.
siege: build-bench/build.ninja
	@meson compile -C build-bench siege-minute

bench: build-bench/build.ninja
	@meson compile -C build-bench bench

# Errors beside chronyd's over emulated paths; as root, twenty minutes. ARGS="--paths wan --seeds 1" does a part.
bench-accuracy: build-bench/build.ninja
	@TS_ACCURACY_ARGS="$(ARGS)" meson compile -C build-bench bench-accuracy

# The Debian packages: built twice, installed, upgraded and purged in a clean root, which takes root or user namespaces.
packages-check: build/build.ninja
	@TS_TEST_PACKAGES=long meson test -C build --no-rebuild --print-errorlogs packages recipes

# The last commit as build/meson-dist/timesync-VERSION.tar.xz, built and tested as where packages are made: without a
# display, and without a network if there are user namespaces. KEY=… signs it with that key of GnuPG.
dist: build/build.ninja
	@meson dist -C build --no-tests --formats xztar > /dev/null
	tarball=$$(ls -t build/meson-dist/*.tar.xz | head -n 1)
	work=$$(mktemp -d)
	trap 'rm -rf "$$work"' EXIT
	tar -xJf "$$tarball" -C "$$work" --strip-components=1
	alone=()
	! unshare --net --map-root-user true 2> /dev/null || alone=(unshare --net --map-root-user)
	"$${alone[@]}" env -u DISPLAY -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS bash -euc '
	  ip link set lo up
	  meson setup "$$0/build" "$$0" > /dev/null
	  meson compile -C "$$0/build"
	  meson test -C "$$0/build" --no-rebuild --print-errorlogs --setup package' "$$work"
	[ -z "$(KEY)" ] || gpg --batch --yes --local-user "$(KEY)" --armor --detach-sign "$$tarball"
	ls "$$tarball"*

clean:
	rm -rf build build-asan build-tsan build-bare build-cov build-fuzz build-32 build-bench build-peers
