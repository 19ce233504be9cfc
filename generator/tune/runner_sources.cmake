# runner.c and what it includes, inside the generator.
enable_language(ASM)
mobilith_embed_files(TARGET mobilith_tune SOURCE runner_sources PREFIX mobilith_source KEY NAME FILES ${CMAKE_CURRENT_SOURCE_DIR}/runner.c
                     ${CMAKE_CURRENT_SOURCE_DIR}/team.h ${CMAKE_CURRENT_SOURCE_DIR}/team.c)
