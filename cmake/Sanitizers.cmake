# MOBILITH_SANITIZE=address|undefined|thread: the runtime, the generator and the tests under that sanitizer. Kernels are generated
# code and are not instrumented; guard pages watch them in tests.
set(MOBILITH_SANITIZE "" CACHE STRING "address, undefined, thread, or nothing")
set_property(CACHE MOBILITH_SANITIZE PROPERTY STRINGS "" address undefined thread)
add_library(mobilith_sanitizer INTERFACE)
if(MOBILITH_SANITIZE)
  target_compile_options(mobilith_sanitizer INTERFACE -fsanitize=${MOBILITH_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(mobilith_sanitizer INTERFACE -fsanitize=${MOBILITH_SANITIZE})
endif()
