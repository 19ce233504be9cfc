# What a package carries of others: package of apt with its licence | what it is | where it is.
set(MOBILITH_THIRD_PARTY
  "llvm-22-dev|LLVM|bin/mobilith"
  "libhdf5-dev|HDF5|bin/mobilith"
  "libaec-dev|libaec|bin/mobilith"
  "zlib1g-dev|zlib|bin/mobilith"
  "libbz2-dev|bzip2|bin/mobilith"
  "libzstd-dev|Zstandard|bin/mobilith"
  "libzip-dev|libzip|bin/mobilith"
  "libprotobuf-dev|Protobuf|bin/mobilith"
  "libflatbuffers-dev|FlatBuffers|bin/mobilith"
  "libboost-program-options1.74-dev|Boost.Program_options|bin/mobilith"
  "nlohmann-json3-dev|nlohmann/json|bin/mobilith"
  "libstb-dev|stb_image|bin/mobilith"
  "libfmt-dev|{fmt}|lib/mobilith/libfmt.so.9"
  "gcc-12-base|libstdc++, libgcc (GPL 3 with the runtime library exception)|lib/mobilith/libstdc++.so.6, lib/mobilith/libgcc_s.so.1")

# mobilith_install_licences(): the licences, in the component `portable`, and a table of them. What has none here is missing
# (_mobilith_lacks() in Portable.cmake).
function(mobilith_install_licences)
  set(folder ${CMAKE_INSTALL_DATADIR}/doc/mobilith)
  set(text "# What this package carries of others\n\nEach is as Debian 12 has it, unchanged; libzip is built anew from Debian's source, without OpenSSL.\n")
  string(APPEND text "`apt-get source NAME=VERSION` there fetches the source.\n\n| what | where | source and version | licence |\n|---|---|---|---|\n")
  string(APPEND text "| Halide, with an LLVM of its own | lib/mobilith/libHalide.so | halide 21.0.0 of PyPI | LICENSE.Halide |\n")
  foreach(row IN LISTS MOBILITH_THIRD_PARTY)
    string(REPLACE "|" ";" row "${row}")
    list(GET row 0 package)
    list(GET row 1 what)
    list(GET row 2 where)
    if(NOT EXISTS /usr/share/doc/${package}/copyright)
      _mobilith_lacks("the licence of ${package}")
      continue()
    endif()
    execute_process(COMMAND dpkg-query -W -f "\${source:Package} \${source:Version}" ${package} OUTPUT_VARIABLE version ERROR_QUIET)
    string(APPEND text "| ${what} | ${where} | ${version} | third_party/${package}.txt |\n")
    install(FILES /usr/share/doc/${package}/copyright DESTINATION ${folder}/third_party RENAME ${package}.txt
            COMPONENT portable EXCLUDE_FROM_ALL)
  endforeach()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/THIRD_PARTY.md CONTENT "${text}" @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/THIRD_PARTY.md DESTINATION ${folder} COMPONENT portable EXCLUDE_FROM_ALL)
endfunction()
