# mobilith::runtime, compiled from its sources by the project's own C compiler: any target, any sanitizer, any -flto. Once for all networks
# of a project, and only where one is used.
include_guard(GLOBAL)

foreach(folder ../runtime ../../../share/mobilith/runtime)  # in the source tree; installed
  if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/${folder}/src/mobilith.c)
    get_filename_component(MOBILITH_RUNTIME_FOLDER ${CMAKE_CURRENT_LIST_DIR}/${folder} ABSOLUTE)
  endif()
endforeach()
set_property(GLOBAL PROPERTY MOBILITH_RUNTIME_FOLDER "${MOBILITH_RUNTIME_FOLDER}")

# What the platform needs for threads; as flags, since the target Threads::Threads is known in the folder alone that finds it.
function(_mobilith_link_threads target)
  if(CMAKE_SYSTEM_NAME MATCHES "^(Emscripten|WASI)$")
    return()  # the runtime has none there
  endif()
  find_package(Threads)
  target_link_libraries(${target} INTERFACE ${CMAKE_THREAD_LIBS_INIT})
endfunction()

function(_mobilith_runtime)
  if(TARGET mobilith::runtime)
    return()
  endif()
  get_property(folder GLOBAL PROPERTY MOBILITH_RUNTIME_FOLDER)
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if(NOT "C" IN_LIST languages)
    message(FATAL_ERROR "mobilith_add_network: the runtime is C; expected C among the project's LANGUAGES")
  endif()
  add_library(mobilith_network_runtime STATIC EXCLUDE_FROM_ALL ${folder}/src/mobilith.c)
  add_library(mobilith::runtime ALIAS mobilith_network_runtime)
  target_include_directories(mobilith_network_runtime PUBLIC ${folder}/include)
  set_target_properties(mobilith_network_runtime PROPERTIES C_STANDARD 11 C_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  _mobilith_link_threads(mobilith_network_runtime)
endfunction()
