# One interface target carries the warnings, so that no flag is global.
add_library(mobilith_warnings INTERFACE)
target_compile_options(mobilith_warnings INTERFACE -Wall -Wextra
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict> # GCC 105651: false alarms on std::string
  $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wno-deprecated-declarations>) # of GCC 12's own std::stable_sort
target_link_libraries(mobilith_warnings INTERFACE mobilith_sanitizer)

# GCC looks for garbage whenever its heap has doubled beyond 128 MB, and a precompiled header alone has more: a tenth of the
# build's time. A file may take 200 MB more in exchange.
target_compile_options(mobilith_warnings INTERFACE "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:SHELL:--param ggc-min-heapsize=1000000>")
