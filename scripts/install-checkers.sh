#!/bin/sh
# Installs the two checkers of `make check` that do not come with Rust.
set -eu
for tool in cargo-machete cargo-deny; do
    command -v "$tool" >/dev/null 2>&1 || cargo install --quiet --locked "$tool"
done
