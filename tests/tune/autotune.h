// `mobilith autotune` on a network small enough to be tuned in seconds.
#pragma once

#include <sys/types.h>

#include <nlohmann/json.hpp>

#include "process.h"

// V1, alpha 0.25, 32x32: options of generate and autotune.
std::vector<std::string> small_v1();
inline constexpr size_t v1_kernels = 11;

// The same, or the file that tests/faults/generating.cpp speaks of where not all cases are tried: kernels
// that compile in a third of the time.
std::vector<std::string> small_network();
size_t small_kernels();  // that it has

// autotune of a network, records in `schedules`; JSON on standard output.
std::vector<std::string> autotune_of(std::vector<std::string> network, const std::filesystem::path& schedules,
                                     const std::vector<std::string>& more = {});
std::vector<std::string> small_autotune(const std::filesystem::path& schedules,
                                        const std::vector<std::string>& more = {});

// generate --name net of a network, with the records in `schedules`.
std::vector<std::string> generate_of(std::vector<std::string> network, const std::filesystem::path& schedules,
                                     const std::vector<std::string>& more);

// The records that `mobilith schedules list` shows; requires `mobilith schedules verify` to accept the files.
nlohmann::json records_in(const std::filesystem::path& schedules);

// A program that runs meanwhile, in a process of its own, with NAME=value in its environment. What it says on
// standard error is in `err`.
pid_t start_process(const std::vector<std::string>& words, const std::string& variable,
                    const std::filesystem::path& err = "/dev/null");

// Whether a process whose environment has NAME=value is there, now.
bool any_process_with(const std::string& variable);
