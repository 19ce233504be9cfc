# The record files of schedules/tuned/, inside the generator.
enable_language(ASM)
include(${PROJECT_SOURCE_DIR}/schedules/tuned/cpus.cmake)
list(TRANSFORM MOBILITH_TUNED_CPUS REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/schedules/tuned/\\1.json" OUTPUT_VARIABLE files)
mobilith_embed_files(TARGET mobilith_codegen SOURCE embedded_records PREFIX mobilith_records KEY NAME_WLE FILES ${files})
