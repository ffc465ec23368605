#!/usr/bin/env bash
# Looks at a built image as it will be run: docker build -t kiebot . && scripts/look-at-image.sh
# ENGINE names another engine (only Docker is tried), IMAGE another image. It starts a PostgreSQL (postgres:17)
# beside the bot in a network without a way out, so Telegram stays silent and the bot says "starting". Ends with 1 when
# something is not as it should be, and removes what it started.
set -euo pipefail
engine="${ENGINE:-docker}" image="${IMAGE:-kiebot}" name="kiebot-look-$$"
failed=0

cleanup() {
    "$engine" rm -f "$name-bot" "$name-database" >/dev/null 2>&1 || true
    "$engine" network rm "$name" >/dev/null 2>&1 || true
}
trap cleanup EXIT

says() { # what is looked at, what should come, what came
    if [ "$2" = "$3" ]; then echo "ok      $1"; else echo "WRONG   $1: \"$3\" in place of \"$2\""; failed=1; fi
}

waits() { # seconds, command
    local left=$(($1 * 2))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$((left -= 1))" -gt 0 ] || return 1
        sleep 0.5
    done
}

bot() { # arguments of the engine, --, arguments of the program
    local of_engine=()
    while [ "$1" != -- ]; do of_engine+=("$1"); shift; done
    shift
    "$engine" run --network "$name" -e TELEGRAM_BOT_TOKEN=1:none -e KIE_API_KEY=none \
        -e DATABASE_URL="postgres://kiebot:look@$name-database:5432/kiebot" "${of_engine[@]}" "$image" "$@"
}

code() { "$@" >/dev/null 2>&1 && echo 0 || echo $?; }

"$engine" network create --internal "$name" >/dev/null
"$engine" run -d --name "$name-database" --network "$name" -e POSTGRES_USER=kiebot -e POSTGRES_DB=kiebot \
    -e POSTGRES_PASSWORD=look postgres:17 >/dev/null
waits 60 "$engine" exec "$name-database" pg_isready -h 127.0.0.1 -U kiebot -d kiebot

says "runs as a number that is not root" 10001:10001 "$("$engine" inspect -f '{{.Config.User}}' "$image")"
says "refuses to start without a token" 2 "$(code bot --rm -e TELEGRAM_BOT_TOKEN= -- run)"
says "refuses a wrong setting" 2 "$(code bot --rm -e WORKERS=0 -- run)"
says "refuses a database that is not there" 2 "$(code bot --rm -e DATABASE_URL=postgres://127.0.0.1:1/none -- run)"
says "makes a backup with its own pg_dump and brings it back" 0 \
    "$(code bot --rm --entrypoint sh -- -c 'kiebot backup && kiebot backup --drill')"

bot -d --name "$name-bot" --read-only --tmpfs /tmp --tmpfs /var/lib/kiebot:uid=10001,mode=0700 \
    --cap-drop ALL -- run >/dev/null
health() {
    "$engine" exec "$name-database" bash -c "exec 3<>/dev/tcp/$name-bot/8080 && \
        printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3 && cat <&3" 2>/dev/null
}
healthy() { health | grep -q '"database":"connected"'; }
says "answers /healthz with a read-only root and no capabilities" 0 "$(code waits 60 healthy)"
started=$SECONDS
"$engine" stop -t 35 "$name-bot" >/dev/null
says "ends with 0 after SIGTERM" 0 "$("$engine" inspect -f '{{.State.ExitCode}}' "$name-bot")"
says "and within 30 s" yes "$([ $((SECONDS - started)) -le 30 ] && echo yes || echo "after $((SECONDS - started)) s")"
exit "$failed"
