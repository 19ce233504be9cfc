# The program as packages carry it (scripts/package.sh): the objects of `mobilith`, linked anew with LLVM, HDF5 and the rest within it. Beside
# it lie the shared libraries that can't be within: Halide's, which is built so, and those that Halide's and the program both use.
# What this machine lacks for it is in the global property MOBILITH_PORTABLE_MISSING; then there is no target mobilith_portable.
include(GNUInstallDirs)
include(ThirdParty) # mobilith_install_licences()
set(MOBILITH_PRIVATE_LIBDIR lib/mobilith)  # of libraries that are ours alone: not where the system looks

function(_mobilith_lacks what)
  set_property(GLOBAL APPEND PROPERTY MOBILITH_PORTABLE_MISSING "${what}")
endfunction()

# Sets `variable` to the archive libNAME.a.
function(_mobilith_archive variable name)
  find_library(MOBILITH_ARCHIVE_${name} NAMES lib${name}.a PATHS ${PROJECT_SOURCE_DIR}/.deps/libzip/lib PATH_SUFFIXES hdf5/serial)
  mark_as_advanced(MOBILITH_ARCHIVE_${name})
  if(NOT MOBILITH_ARCHIVE_${name})
    _mobilith_lacks(lib${name}.a)
  endif()
  set(${variable} ${MOBILITH_ARCHIVE_${name}} PARENT_SCOPE)
endfunction()

# Of LLVM's architectures those that packages carry: what generator/targets/ makes code for.
set(MOBILITH_PORTABLE_ARCHITECTURES X86 AArch64 RISCV WebAssembly)

# LLVM's archives of what we call, in the order that the linker wants.
function(_mobilith_llvm_archives variable)
  string(TOLOWER "${MOBILITH_PORTABLE_ARCHITECTURES}" architectures)
  execute_process(COMMAND ${LLVM_TOOLS_BINARY_DIR}/llvm-config --link-static --libfiles ${architectures} orcjit passes linker bitreader
                          bitwriter mca object debuginfodwarf lto dtlto option
                  OUTPUT_VARIABLE files RESULT_VARIABLE code ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT code EQUAL 0)
    _mobilith_lacks("LLVM's archives")
  endif()
  _mobilith_archive(zstd zstd)
  _mobilith_archive(z z)
  separate_arguments(files)
  set(${variable} ${files} ${zstd} ${z} PARENT_SCOPE)
endfunction()

# mobilith_either(NAME SHARED ARCHIVE...): a target to link: SHARED, or the archives (`llvm`: LLVM's) where the program is a portable one.
function(mobilith_either name shared)
  set(archives "")
  foreach(archive IN LISTS ARGN)
    if(archive STREQUAL "llvm")
      _mobilith_llvm_archives(found)
    else()
      _mobilith_archive(found ${archive})
    endif()
    list(APPEND archives ${found})
  endforeach()
  set(portable "$<BOOL:$<TARGET_PROPERTY:MOBILITH_PORTABLE>>")
  add_library(${name} INTERFACE)
  foreach(library IN LISTS shared)
    target_link_libraries(${name} INTERFACE $<$<NOT:${portable}>:${library}>)
  endforeach()
  foreach(archive IN LISTS archives)
    target_link_libraries(${name} INTERFACE $<${portable}:${archive}>)
  endforeach()
endfunction()

# A file with initialisers that do nothing, for the architectures of LLVM that are not carried: its linker calls those of all.
function(_mobilith_absent_architectures file)
  execute_process(COMMAND ${LLVM_TOOLS_BINARY_DIR}/llvm-config --targets-built OUTPUT_VARIABLE built OUTPUT_STRIP_TRAILING_WHITESPACE)
  separate_arguments(built)
  list(REMOVE_ITEM built ${MOBILITH_PORTABLE_ARCHITECTURES})
  set(text "")
  foreach(architecture IN LISTS built)
    foreach(part TargetInfo Target TargetMC AsmPrinter AsmParser)
      string(APPEND text "void LLVMInitialize${architecture}${part}(void) {}\n")
    endforeach()
  endforeach()
  file(CONFIGURE OUTPUT ${file} CONTENT "${text}")
endfunction()

# mobilith_add_portable(): called where `mobilith` is defined. The component `portable` of an installation comes over the whole one.
function(mobilith_add_portable)
  mobilith_install_licences()
  find_program(MOBILITH_PORTABLE_LLD ld.lld PATHS ${LLVM_TOOLS_BINARY_DIR} NO_DEFAULT_PATH)
  if(NOT MOBILITH_PORTABLE_LLD)
    _mobilith_lacks(ld.lld)
  endif()
  if(MOBILITH_SANITIZE)
    _mobilith_lacks("a build without sanitizers")
  endif()
  get_property(missing GLOBAL PROPERTY MOBILITH_PORTABLE_MISSING)
  if(missing)
    list(REMOVE_DUPLICATES missing)
    list(JOIN missing ", " missing)
    message(STATUS "No portable program: missing ${missing} (scripts/bootstrap.sh package)")
    return()
  endif()

  set(absent ${CMAKE_CURRENT_BINARY_DIR}/absent_architectures.c)
  _mobilith_absent_architectures(${absent})
  add_executable(mobilith_portable EXCLUDE_FROM_ALL $<TARGET_OBJECTS:mobilith> ${absent})
  set_source_files_properties(${absent} PROPERTIES SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
  target_link_libraries(mobilith_portable PRIVATE $<TARGET_PROPERTY:mobilith,LINK_LIBRARIES>)
  # An RPATH, not a RUNPATH: a Halide or libstdc++ of LD_LIBRARY_PATH, as conda sets it, is then not taken for ours.
  set_target_properties(mobilith_portable PROPERTIES MOBILITH_PORTABLE ON LINKER_LANGUAGE CXX OUTPUT_NAME mobilith
                        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/portable
                        BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN/../${MOBILITH_PRIVATE_LIBDIR}")
  # No symbol of LLVM's leaves the program, and none is looked for: Halide's library has an LLVM of its own.
  target_link_options(mobilith_portable PRIVATE -B${LLVM_TOOLS_BINARY_DIR} -fuse-ld=lld -Wl,--gc-sections -Wl,--exclude-libs,ALL -Wl,--as-needed
                      -Wl,--disable-new-dtags -Wl,--strip-all -Wl,-z,nodynamic-undefined-weak)
  # CMake takes a file of the same second for the same file: two programs that were linked in one second are not.
  install(CODE "file(REMOVE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/mobilith\")" COMPONENT portable EXCLUDE_FROM_ALL)
  install(PROGRAMS $<TARGET_FILE:mobilith_portable> DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT portable EXCLUDE_FROM_ALL)
  foreach(library libstdc++.so.6 libgcc_s.so.1 libfmt.so.9)
    execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${library} OUTPUT_VARIABLE file OUTPUT_STRIP_TRAILING_WHITESPACE)
    file(REAL_PATH "${file}" file)
    install(PROGRAMS ${file} DESTINATION ${MOBILITH_PRIVATE_LIBDIR} RENAME ${library} COMPONENT portable EXCLUDE_FROM_ALL)
  endforeach()
endfunction()
