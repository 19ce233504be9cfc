# The runtime inside the generator: as C sources, and as LLVM bitcode for every platform, compiled here and now by clang with the
# declarations in runtime/portable/include/, so that no system's headers are asked for.
find_program(MOBILITH_CLANG NAMES clang-22 REQUIRED DOC "clang of the LLVM that the generator links")

set(runtime ${PROJECT_SOURCE_DIR}/runtime)
file(GLOB runtime_sources CONFIGURE_DEPENDS ${runtime}/src/*.c ${runtime}/src/*.h ${runtime}/include/*.h)
file(GLOB_RECURSE portable_headers CONFIGURE_DEPENDS ${runtime}/portable/include/*.h)
mobilith_embed_files(TARGET mobilith_package SOURCE runtime_sources PREFIX mobilith_source KEY NAME FILES ${runtime_sources})

set(bitcode_files "")
# Paths in the bitcode are relative, names and compiler versions are left out: equal bytes wherever it is built. Atomics stay inline
# (libgcc has the others), and bcmp is not C11. MinGW's target keeps string literals private, MSVC's would export them.
function(mobilith_runtime_bitcode platform triple)
  set(bitcode ${CMAKE_CURRENT_BINARY_DIR}/runtime_bitcode/${platform}.bc)
  add_custom_command(
    OUTPUT ${bitcode}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/runtime_bitcode
    COMMAND ${MOBILITH_CLANG} --target=${triple} ${ARGN} -std=c11 -O2 -g0 -Qn -fno-stack-protector -fno-builtin-bcmp
            -fdiscard-value-names -ffile-compilation-dir=. -nostdlibinc -isystem ../portable/include -I../include -Wall -Wextra -pedantic
            -emit-llvm -c mobilith.c -o ${bitcode}
    WORKING_DIRECTORY ${runtime}/src
    DEPENDS ${runtime_sources} ${portable_headers}
    COMMENT "Compiling the runtime for ${platform}" VERBATIM)
  set(bitcode_files ${bitcode_files} ${bitcode} PARENT_SCOPE)
endfunction()
mobilith_runtime_bitcode(x86_64-linux x86_64-unknown-linux-gnu -fPIC)
mobilith_runtime_bitcode(aarch64-linux aarch64-unknown-linux-gnu -fPIC -mno-outline-atomics)
mobilith_runtime_bitcode(riscv64-linux riscv64-unknown-linux-gnu -fPIC)
mobilith_runtime_bitcode(x86_64-macos x86_64-apple-macosx11.0.0 -fPIC)
mobilith_runtime_bitcode(aarch64-macos arm64-apple-macosx11.0.0 -fPIC)
mobilith_runtime_bitcode(x86_64-windows x86_64-w64-windows-gnu)
mobilith_runtime_bitcode(aarch64-windows aarch64-w64-windows-gnu)
mobilith_runtime_bitcode(wasm32 wasm32-unknown-unknown -fvisibility=default)
mobilith_embed_files(TARGET mobilith_package SOURCE runtime_bitcode PREFIX mobilith_bitcode KEY NAME_WLE FILES ${bitcode_files})
