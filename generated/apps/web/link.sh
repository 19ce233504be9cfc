#!/bin/sh -e
# link.sh TREE [FOLDER]: my_net.wasm, from a tree generated with --target wasm32-wasi --bundle-runtime --name my_net. What the page
# calls is exported; the memory grows with what malloc asks for.
libc=${WASI_LIBC:-/usr/lib/wasm32-wasi}
${WASM_LD:-wasm-ld-22} "$libc/crt1-reactor.o" "$1/lib/libmy_net.a" "$libc/libc.a" -o "${2:-$(dirname "$0")}/my_net.wasm" \
  --entry=_initialize --gc-sections --strip-all -z stack-size=1048576 \
  --export=my_net --export=malloc --export=mobilith_model_describe --export=mobilith_model_input --export=mobilith_session_create --export=mobilith_run --export=mobilith_run_frame \
  --export=mobilith_session_destroy --export=mobilith_status_message
