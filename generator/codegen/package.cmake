# The package writer, with the runtime's archive and header inside.
enable_language(ASM)
set(MOBILITH_RUNTIME_ARCHIVE ${PROJECT_BINARY_DIR}/runtime/libmobilith_runtime.a)
set(MOBILITH_RUNTIME_HEADER ${PROJECT_SOURCE_DIR}/runtime/include/mobilith.h)
configure_file(embedded.S.in embedded.S @ONLY)
set_property(SOURCE ${CMAKE_CURRENT_BINARY_DIR}/embedded.S PROPERTY OBJECT_DEPENDS
             "${MOBILITH_RUNTIME_ARCHIVE};${MOBILITH_RUNTIME_HEADER}")

add_library(mobilith_package STATIC package.cpp package_files.cpp tree_parts.cpp tree_writer.cpp embedded.cpp ${CMAKE_CURRENT_BINARY_DIR}/embedded.S)
add_dependencies(mobilith_package mobilith_runtime)
target_compile_definitions(mobilith_package PRIVATE MOBILITH_VERSION="${PROJECT_VERSION}")
target_link_libraries(mobilith_package PUBLIC mobilith_codegen PRIVATE mobilith_text fmt::fmt mobilith_warnings)
