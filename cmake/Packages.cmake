# `cpack --config build/CPackConfig.cmake`: the installed prefix as a .deb, for /usr. What runs anywhere: scripts/package.sh.
set(CPACK_PACKAGE_NAME mobilith)
set(CPACK_PACKAGE_CONTACT "The Mobilith authors <mobilith@localhost>")
set(CPACK_PACKAGE_VENDOR Mobilith)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "generator of static libraries of tuned MobileNet kernels")
set(CPACK_PACKAGE_DESCRIPTION "Mobilith turns one MobileNet configuration and its trained weights into one static library:
kernels compiled for exactly that network and exactly that CPU, packed weights, and a plan. A C runtime of a few kilobytes runs it.
This package holds the generator, its CMake function and manual pages, and the runtime's sources.")
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGE_FILE_NAME "mobilith-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES TRUE)
set(CPACK_THREADS 0)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${MOBILITH_HALIDE_ROOT}/lib64)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "gcc | c-compiler, cmake, pkg-config")
set(CPACK_DEBIAN_COMPRESSION_TYPE zstd) # libHalide.so is large, and xz takes a minute
include(CPack)
