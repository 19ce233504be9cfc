# mobilith_add_network(NAME name WEIGHTS file|synthetic [NET net] [ALPHA a] [DEPTH_MULTIPLIER d] [RESOLUTION n|HxW] [CLASSES n]
#                      [TARGET target] [CPU cpu | CPUS cpu...] [OUTPUT model|probabilities|logits] [PRODUCTS auto|direct|paired] [TUNED folder|none] [THREADS n]
#                      [WEIGHTS_FILE] [BUNDLE_RUNTIME])
#
# A target `name` to link (also name::name): the network's library and header, and the runtime. They are generated when a target that is
# built links it, once for all of them, and again when an option, the weights, a tuning record or the generator changes. Options are those
# of `mobilith generate` (see its manual page), in capitals; TUNED is its --schedules, CPUS several names of its --cpu. TARGET need not be
# given: CMAKE_SYSTEM_* says it. Files are relative to CMAKE_CURRENT_SOURCE_DIR; WEIGHTS may be an output of the build.
#
# Properties of the target: MOBILITH_TREE, the generated install tree; MOBILITH_ARCHIVE, the library; with WEIGHTS_FILE MOBILITH_WEIGHTS, the
# file to ship.
include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/MobilithRuntime.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/MobilithTarget.cmake)

# Each run compiles kernels on all cores already.
set_property(GLOBAL APPEND PROPERTY JOB_POOLS mobilith=1)

function(_mobilith_fail argument what)
  message(FATAL_ERROR "mobilith_add_network: ${argument}: ${what}")
endfunction()

# The generator's own words on these options, before anything is built, where it is there to be asked (not in its own build).
function(_mobilith_check call)
  if(NOT TARGET Mobilith::mobilith)
    message(FATAL_ERROR "mobilith_add_network: there is no target Mobilith::mobilith; expected find_package(Mobilith) in this folder or above")
  endif()
  get_target_property(imported Mobilith::mobilith IMPORTED)
  if(NOT imported)
    return()
  endif()
  get_target_property(program Mobilith::mobilith LOCATION)
  execute_process(COMMAND ${program} ${call} --dry-run RESULT_VARIABLE code ERROR_VARIABLE error OUTPUT_QUIET
                  ERROR_STRIP_TRAILING_WHITESPACE)
  if(code EQUAL 0)
    return()
  endif()
  string(REGEX REPLACE "^mobilith: " "" error "${error}")
  if(error MATCHES "^--([a-z-]+): (.*)$")  # the option as it is called here
    string(TOUPPER "${CMAKE_MATCH_1}" argument)
    set(what "${CMAKE_MATCH_2}")
    string(REPLACE "-" "_" argument "${argument}")
    string(REGEX REPLACE "^SCHEDULES$" "TUNED" argument "${argument}")
    _mobilith_fail(${argument} "${what}")
  endif()
  message(FATAL_ERROR "mobilith_add_network: ${error}")
endfunction()

# Sets `checkable`, and adds to `call` and `inputs` of the caller what its ARG_WEIGHTS and ARG_TUNED say.
macro(_mobilith_files)
  set(checkable TRUE)
  if(ARG_WEIGHTS STREQUAL "synthetic")
    list(APPEND call --weights synthetic)
    if("${ARG_NET}" STREQUAL "")
      _mobilith_fail(NET "missing; synthetic weights are of any network")
    endif()
  else()
    get_filename_component(weights "${ARG_WEIGHTS}" ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    get_source_file_property(made "${weights}" GENERATED)
    if(made)
      set(checkable FALSE)  # the build makes it: it can't be asked yet
    elseif(NOT EXISTS "${weights}" OR IS_DIRECTORY "${weights}")
      _mobilith_fail(WEIGHTS "expected a file or 'synthetic', got '${weights}'")
    endif()
    list(APPEND call --weights "${weights}")
    list(APPEND inputs "${weights}")
  endif()
  if(NOT "${ARG_TUNED}" STREQUAL "" AND NOT "${ARG_TUNED}" STREQUAL "none")
    get_filename_component(ARG_TUNED "${ARG_TUNED}" ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    if(NOT IS_DIRECTORY "${ARG_TUNED}")
      _mobilith_fail(TUNED "expected a folder of tuning records or 'none', got '${ARG_TUNED}'")
    endif()
    file(GLOB records CONFIGURE_DEPENDS "${ARG_TUNED}/*.json")
    list(APPEND inputs ${records})
  endif()
  if(NOT "${ARG_TUNED}" STREQUAL "")
    list(APPEND call --schedules "${ARG_TUNED}")
  endif()
endmacro()

function(mobilith_add_network)
  set(flags WEIGHTS_FILE BUNDLE_RUNTIME)
  set(same NET ALPHA DEPTH_MULTIPLIER RESOLUTION CLASSES TARGET CPU OUTPUT PRODUCTS THREADS)  # generate's, in capitals
  cmake_parse_arguments(PARSE_ARGV 0 ARG "${flags}" "NAME;WEIGHTS;TUNED;${same}" CPUS)
  if(ARG_UNPARSED_ARGUMENTS)
    list(GET ARG_UNPARSED_ARGUMENTS 0 first)
    list(JOIN same ", " known)
    list(JOIN flags ", " more)
    _mobilith_fail("${first}" "unknown argument; expected NAME, WEIGHTS, TUNED, CPUS, ${known}, ${more}")
  endif()
  foreach(argument IN LISTS ARG_KEYWORDS_MISSING_VALUES)
    _mobilith_fail(${argument} "has no value")
  endforeach()
  foreach(argument NAME WEIGHTS)
    if("${ARG_${argument}}" STREQUAL "")
      _mobilith_fail(${argument} "missing")
    endif()
  endforeach()
  if(NOT ARG_NAME MATCHES "^[A-Za-z][A-Za-z0-9_]*$")
    _mobilith_fail(NAME "expected a C identifier, got '${ARG_NAME}'")
  endif()
  if(TARGET ${ARG_NAME})
    _mobilith_fail(NAME "there is a target '${ARG_NAME}' already")
  endif()
  if(ARG_CPUS)
    if(ARG_CPU)
      _mobilith_fail(CPUS "excludes CPU")
    endif()
    list(JOIN ARG_CPUS "," ARG_CPU)
  endif()
  if("${ARG_TARGET}" STREQUAL "")
    mobilith_target(ARG_TARGET)
  endif()

  set(tree ${CMAKE_CURRENT_BINARY_DIR}/mobilith/${ARG_NAME})
  set(call generate --name ${ARG_NAME} --out ${tree})
  set(inputs "")
  _mobilith_files()
  foreach(argument IN LISTS same flags)
    string(TOLOWER "--${argument}" option)
    string(REPLACE "_" "-" option "${option}")
    if(argument IN_LIST flags)
      if(ARG_${argument})
        list(APPEND call ${option})
      endif()
    elseif(NOT "${ARG_${argument}}" STREQUAL "")
      list(APPEND call ${option} "${ARG_${argument}}")
    endif()
  endforeach()
  if(checkable)
    _mobilith_check("${call}")
  endif()

  # Makefiles don't rebuild when a command changes: it is a file that they depend on.
  set(written ${CMAKE_CURRENT_BINARY_DIR}/mobilith/${ARG_NAME}.options)
  string(REPLACE ";" "\n" lines "mobilith ${Mobilith_VERSION};${call}")
  file(CONFIGURE OUTPUT ${written} CONTENT "${lines}\n" @ONLY)

  set(archive ${tree}/lib/lib${ARG_NAME}.a)
  if(ARG_TARGET MATCHES "msvc")
    set(archive ${tree}/lib/${ARG_NAME}.lib)
  endif()
  set(outputs ${archive} ${tree}/include/${ARG_NAME}.h ${tree}/share/${ARG_NAME}/manifest.json)
  if(ARG_WEIGHTS_FILE)
    list(APPEND outputs ${tree}/share/${ARG_NAME}/${ARG_NAME}.weights)
  endif()
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${tree}
    COMMAND $<TARGET_FILE:Mobilith::mobilith> ${call}
    DEPENDS $<TARGET_FILE:Mobilith::mobilith> ${written} ${inputs}
    COMMENT "Generating the network ${ARG_NAME}"
    JOB_POOL mobilith
    VERBATIM)
  add_custom_target(${ARG_NAME}_generated DEPENDS ${outputs})

  add_library(${ARG_NAME} INTERFACE)
  add_library(${ARG_NAME}::${ARG_NAME} ALIAS ${ARG_NAME})
  add_dependencies(${ARG_NAME} ${ARG_NAME}_generated)
  target_include_directories(${ARG_NAME} INTERFACE ${tree}/include)
  target_link_libraries(${ARG_NAME} INTERFACE ${archive})
  if(ARG_BUNDLE_RUNTIME)
    _mobilith_link_threads(${ARG_NAME})
  else()
    _mobilith_runtime()
    target_link_libraries(${ARG_NAME} INTERFACE mobilith::runtime)
  endif()
  set_target_properties(${ARG_NAME} PROPERTIES MOBILITH_TREE ${tree} MOBILITH_ARCHIVE ${archive})
  if(ARG_WEIGHTS_FILE)
    set_target_properties(${ARG_NAME} PROPERTIES MOBILITH_WEIGHTS ${tree}/share/${ARG_NAME}/${ARG_NAME}.weights)
  endif()
endfunction()
