# One interface target carries the warnings, so that no flag is global.
add_library(mobilith_warnings INTERFACE)
target_compile_options(mobilith_warnings INTERFACE -Wall -Wextra $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>) # GCC 105651: false alarms on std::string
target_link_libraries(mobilith_warnings INTERFACE mobilith_sanitizer)
