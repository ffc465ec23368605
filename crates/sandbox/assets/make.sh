#!/bin/sh
# Makes the small media files that the KIE emulator hands out as results.
# Run in this folder; needs ffmpeg with libx264, libmp3lame, libopus and libwebp.
# The files are committed, so this is only needed to change them.
set -eu
cd "$(dirname "$0")"
quiet="-hide_banner -loglevel error -y -fflags +bitexact"

# shellcheck disable=SC2086
ffmpeg $quiet -f lavfi -i "testsrc2=size=320x240:rate=12:duration=5" -f lavfi -i "sine=frequency=330:duration=5" \
  -c:v libx264 -profile:v baseline -level 3.0 -pix_fmt yuv420p -preset veryslow -crf 42 -g 60 -x264-params threads=1 \
  -c:a aac -b:a 16k -ac 1 -ar 22050 -shortest -movflags +faststart -flags:v +bitexact -flags:a +bitexact result.mp4
# shellcheck disable=SC2086
ffmpeg $quiet -f lavfi -i "aevalsrc=0.3*sin(2*PI*(220+60*floor(t*2))*t):s=22050:d=4" \
  -c:a libmp3lame -b:a 32k -ac 1 -flags:a +bitexact -map_metadata -1 result.mp3
# shellcheck disable=SC2086
ffmpeg $quiet -f lavfi -i "aevalsrc=0.3*sin(2*PI*(220+60*floor(t*2))*t):s=48000:d=4" \
  -c:a libopus -b:a 16k -ac 1 -flags:a +bitexact -map_metadata -1 result.ogg
# shellcheck disable=SC2086
ffmpeg $quiet -f lavfi -i "testsrc2=size=320x240:rate=1:duration=1" -frames:v 1 -q:v 10 -pix_fmt yuvj420p -flags:v +bitexact result.jpg
# shellcheck disable=SC2086
ffmpeg $quiet -f lavfi -i "testsrc2=size=320x240:rate=1:duration=1" -frames:v 1 -c:v libwebp -quality 40 result.webp
