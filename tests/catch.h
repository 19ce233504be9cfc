// Catch2, version 2 or 3.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

// A quarter of a build of the tests would be the optimisation of Catch's expressions, each of which runs once
// or a few times.
#ifdef __clang__
#undef TEST_CASE
#define TEST_CASE(...) [[clang::optnone]] INTERNAL_CATCH_TESTCASE(__VA_ARGS__)
#endif
