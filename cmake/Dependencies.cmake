# What the generator links; README.md says why each is there. scripts/bootstrap.sh installs them all.
set(MOBILITH_HALIDE_ROOT ${PROJECT_SOURCE_DIR}/.deps/halide CACHE PATH "The unpacked Halide 21 wheel (its folder halide/)")
add_library(mobilith_halide INTERFACE)
target_include_directories(mobilith_halide SYSTEM INTERFACE ${MOBILITH_HALIDE_ROOT}/include)
target_link_libraries(mobilith_halide INTERFACE ${MOBILITH_HALIDE_ROOT}/lib64/libHalide.so)

find_package(LLVM 22.1 REQUIRED CONFIG PATHS /usr/lib/llvm-22/lib/cmake/llvm)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(fmt REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
find_package(Threads REQUIRED)
find_program(MOBILITH_FLATC flatc REQUIRED)
find_package(Protobuf REQUIRED)

# What a package carries within its program; all other programs link the system's shared libraries.
include(Portable) # mobilith_either(): a library in either form
mobilith_either(mobilith_llvm LLVM llvm)
target_include_directories(mobilith_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
mobilith_either(mobilith_hdf5 "${HDF5_LIBRARIES}" hdf5 sz aec z)
mobilith_either(mobilith_zip PkgConfig::LIBZIP zip bz2 z)
mobilith_either(mobilith_protobuf protobuf::libprotobuf protobuf z)
mobilith_either(mobilith_boost_options Boost::program_options boost_program_options)
