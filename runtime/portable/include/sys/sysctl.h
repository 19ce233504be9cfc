#pragma once
#include "../system.h"
int sysctlbyname(const char *, void *, size_t *, void *, size_t);
