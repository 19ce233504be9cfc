/* windows.h, without what we don't use, and of a version that has what we use. */
#ifndef MOBILITH_WINDOWS_API_H
#define MOBILITH_WINDOWS_API_H

#if !defined(_WIN32_WINNT)
#define _WIN32_WINNT 0x0600
#endif
#if !defined(WIN32_LEAN_AND_MEAN)
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#endif
