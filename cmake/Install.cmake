# What `cmake --install` writes: a prefix that works wherever it is put, or called from through a symlink.
include(CMakePackageConfigHelpers)
set(MOBILITH_CMAKEDIR lib/cmake/Mobilith)
set(MOBILITH_DATADIR ${CMAKE_INSTALL_DATADIR}/mobilith)

# CMake ends the RUNPATH of a program that it will install with ':', an empty element: the loader would look for libraries in whatever folder the
# program is called from. So the program is linked as if it were not to be changed, and changed here.
set_target_properties(mobilith PROPERTIES BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH_USE_LINK_PATH ON
                      INSTALL_RPATH "${MOBILITH_HALIDE_ROOT}/lib64;${LLVM_LIBRARY_DIRS}")
install(TARGETS mobilith EXPORT Mobilith RUNTIME)
install(CODE "file(RPATH_SET FILE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/mobilith\"
     NEW_RPATH \"\\\$ORIGIN/../${MOBILITH_PRIVATE_LIBDIR}\")")
install(PROGRAMS ${MOBILITH_HALIDE_ROOT}/lib64/libHalide.so DESTINATION ${MOBILITH_PRIVATE_LIBDIR})

install(DIRECTORY runtime/include runtime/src DESTINATION ${MOBILITH_DATADIR}/runtime FILES_MATCHING PATTERN *.h PATTERN *.c)
install(DIRECTORY ${PROJECT_BINARY_DIR}/manual/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN *.1)
install(FILES generator/cli/completion.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME mobilith)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/mobilith)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/mobilith)  # README.md's links lead there
install(FILES ${MOBILITH_HALIDE_ROOT}/share/doc/Halide/LICENSE.txt DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/mobilith RENAME LICENSE.Halide)

install(EXPORT Mobilith NAMESPACE Mobilith:: FILE MobilithProgram.cmake DESTINATION ${MOBILITH_CMAKEDIR})
configure_package_config_file(cmake/MobilithConfig.cmake.in MobilithConfig.cmake INSTALL_DESTINATION ${MOBILITH_CMAKEDIR}
                              NO_SET_AND_CHECK_MACRO)
# The program runs on the machine that builds, whatever is built for.
write_basic_package_version_file(MobilithConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/MobilithConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/MobilithConfigVersion.cmake
              cmake/MobilithAddNetwork.cmake cmake/MobilithRuntime.cmake cmake/MobilithTarget.cmake
        DESTINATION ${MOBILITH_CMAKEDIR})
