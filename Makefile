# The two commands, `make run` and `make test`: each sets up all it needs.
# SPDX-License-Identifier: GPL-3.0-or-later

SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.PHONY: all run test bench bench-accuracy packages peers clean

all: packages build/build.ninja
	meson compile -C build

packages:
	@.ci/packages

# Other people's programs, for tests to ask and to be asked by: unpacked here, not installed.
peers:
	@.ci/peers build-peers

build/build.ninja:
	meson setup build

# Address and undefined behaviour; the whole project.
build-asan/build.ninja:
	meson setup build-asan -Db_sanitize=address,undefined -Db_lundef=false -Dgui=enabled

# Data races; what has threads.
build-tsan/build.ninja:
	meson setup build-tsan -Db_sanitize=thread -Db_lundef=false -Dgui=disabled

# A server on this computer, and the window, or without a display the terminal client, measuring it.
run: all
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

test: packages $(if $(CI),peers) build-asan/build.ninja build-tsan/build.ninja
	@meson compile -C build-asan
	meson compile -C build-tsan
	failed=0
	meson test -C build-asan --no-rebuild --print-errorlogs || failed=1
	meson test -C build-tsan --no-rebuild --print-errorlogs \
	  --suite net --suite server --suite tls --no-suite no-tsan --suite ntp --suite operation || failed=1
	exit $$failed

# Ratios to a bare server on the loopback address, and of the app, where it can be built, to a bare window; takes
# half an hour and wants a quiet machine.
build-bench/build.ninja:
	meson setup build-bench --buildtype=release

bench: packages build-bench/build.ninja
	@meson compile -C build-bench bench

# Errors beside chronyd's over emulated paths; as root, twenty minutes. ARGS="--paths wan --seeds 1" does a part.
bench-accuracy: packages build-bench/build.ninja
	@TS_ACCURACY_ARGS="$(ARGS)" meson compile -C build-bench bench-accuracy

clean:
	rm -rf build build-asan build-tsan build-bench build-peers
