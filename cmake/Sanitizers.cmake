# MOBILITH_SANITIZE=address|undefined|thread: the runtime, the generator and the tests under that sanitizer. Kernels are generated
# code and are not instrumented; guard pages watch them in tests.
set(MOBILITH_SANITIZE "" CACHE STRING "address, undefined, thread, or nothing")
set_property(CACHE MOBILITH_SANITIZE PROPERTY STRINGS "" address undefined thread)
add_library(mobilith_sanitizer INTERFACE)
if(MOBILITH_SANITIZE)
  # GCC 12 finds uninitialised variables in its own <regex> and <functional> where a sanitizer's code is between.
  target_compile_options(mobilith_sanitizer INTERFACE -fsanitize=${MOBILITH_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
                         $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-maybe-uninitialized>)
  # Its check of objects' types asks the system by pipe(), which a child that reads files may not call.
  if(MOBILITH_SANITIZE STREQUAL undefined)
    target_compile_options(mobilith_sanitizer INTERFACE -fno-sanitize=vptr)
  endif()
  target_link_options(mobilith_sanitizer INTERFACE -fsanitize=${MOBILITH_SANITIZE})
endif()

# Loops of plain arithmetic over one caller's numbers: under the thread sanitizer they run fifty times as long, and share nothing with a
# thread. The other sanitizers watch them.
function(mobilith_plain_arithmetic)
  if(MOBILITH_SANITIZE STREQUAL thread)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -fno-sanitize=thread SKIP_UNITY_BUILD_INCLUSION ON SKIP_PRECOMPILE_HEADERS ON)
  endif()
endfunction()
