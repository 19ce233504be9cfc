# One interface target carries the warnings, so that no flag is global.
add_library(mobilith_warnings INTERFACE)
target_compile_options(mobilith_warnings INTERFACE -Wall -Wextra)
