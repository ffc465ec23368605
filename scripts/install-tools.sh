#!/bin/sh
# Installs what building, running and testing need and this machine lacks (Debian and its kin):
# a C compiler for the TLS library, PostgreSQL's server programs, Chromium for the browser test.
# Says nothing when everything is there.
set -eu

missing=""
want() { missing="$missing $1"; }

has() { command -v "$1" >/dev/null 2>&1; }

has_postgres() {
    has postgres && has initdb && return 0
    for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/bin; do
        [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ] && return 0
    done
    return 1
}

has cargo || {
    echo "cargo is missing: install Rust 1.95 or newer (https://rustup.rs)" >&2
    exit 1
}
has cc || want gcc
has_postgres || want postgresql
if [ "${KIEBOT_WITHOUT_BROWSER:-}" != 1 ]; then
    has chromium || has chromium-browser || has google-chrome || want chromium
    has chromedriver || want chromium-driver
fi

[ -n "$missing" ] || exit 0

if ! has apt-get; then
    echo "install these by hand, then try again:$missing" >&2
    exit 1
fi
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
echo "installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# The distribution would start a PostgreSQL of its own; ours is private.
if [ -z "$sudo" ] && [ -d /etc ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
fi
$sudo apt-get update -qq >&2
# shellcheck disable=SC2086
$sudo apt-get install -y -qq --no-install-recommends $missing >&2
