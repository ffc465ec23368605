# A small image of the program: built in one stage, run in another, never as root.
#   docker build -t kiebot .
#   docker run --env-file .env -e DATABASE_URL=postgres://… -p 8080:8080 kiebot

FROM rust:1.95-slim-trixie AS build
WORKDIR /src
# The TLS library wants a C compiler.
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY . .
RUN cargo build --profile dist --locked -p kiebot && cp target/dist/kiebot /kiebot

FROM debian:trixie-slim
# Certificates for Telegram and KIE.ai; pg_dump and pg_restore for `kiebot backup` and `restore`.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 kiebot \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/kiebot --no-create-home --shell /usr/sbin/nologin kiebot \
    && install -d -m 700 -o kiebot -g kiebot /var/lib/kiebot
COPY --from=build /kiebot /usr/local/bin/kiebot
# A number, so that who demands a user other than root can see it without the image's list of users.
USER 10001:10001
WORKDIR /var/lib/kiebot
ENV DATA_DIR=/var/lib/kiebot LOG_FORMAT=json
EXPOSE 8080
# The program stops by itself within 30 s of SIGTERM.
STOPSIGNAL SIGTERM
ENTRYPOINT ["kiebot"]
CMD ["run"]
