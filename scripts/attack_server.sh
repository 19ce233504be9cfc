#!/usr/bin/env bash
# attack_server.sh MINUTES [MOBILITH]: builds the server example and puts it under mixed load and attack for so long. Ends with 1 where an
# answer was wrong, /health failed, or memory grew. `ctest -R example_server` does the same for ten seconds.
set -euo pipefail
minutes=${1:?attack_server.sh MINUTES [MOBILITH]}
root=$(cd "$(dirname "$0")/.." && pwd)
mobilith=${2:-$root/build/mobilith}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$mobilith" generate --net mobilenet_v1 --alpha 0.25 --resolution 32 --weights synthetic --name my_net --out "$work/tree" >"$work/log"
cmake -S "$root/generated/apps/server" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/tree" >>"$work/log"
cmake --build "$work/build" >>"$work/log"
python3 -B - "$work" <<'END'
import random, struct, sys, zlib
chance = random.Random(1)
chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
for number in range(3):
    rows = zlib.compress(b"".join(b"\0" + chance.randbytes(96) for _ in range(32)))
    with open(f"{sys.argv[1]}/{number}.png", "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
END
python3 -B "$root/tests/examples/server_attack.py" --judge "$work/build/serve" $((minutes * 60)) "$work"/{0,1,2}.png
