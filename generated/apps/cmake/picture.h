#pragma once

#include <string>

#include "network.h"

// A binary PPM of the network's own size. Throws std::runtime_error: one line that names the file.
Input read_picture(const std::string& path);
