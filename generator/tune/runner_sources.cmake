# runner.c and the runtime's C sources, inside the generator.
enable_language(ASM)
set(runtime ${PROJECT_SOURCE_DIR}/runtime)
file(GLOB files CONFIGURE_DEPENDS ${runtime}/src/*.c ${runtime}/src/*.h ${runtime}/include/*.h)
mobilith_embed_files(TARGET mobilith_tune SOURCE runner_sources PREFIX mobilith_source KEY NAME
                     FILES ${CMAKE_CURRENT_SOURCE_DIR}/runner.c ${files})
