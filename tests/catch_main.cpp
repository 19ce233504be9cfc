#include <cstdio>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

namespace {

int cases_run = 0;

struct CountCases : Catch::TestEventListenerBase {
  using TestEventListenerBase::TestEventListenerBase;
  void testCaseStarting(const Catch::TestCaseInfo&) override { cases_run++; }
};
CATCH_REGISTER_LISTENER(CountCases)

}  // namespace
#endif

int main(int count, char** words) {
  std::setvbuf(stdout, nullptr, _IOLBF,
               BUFSIZ);  // a child that a test forks must not print Catch's lines again
  Catch::Session session;
  if (const int wrong = session.applyCommandLine(count, words)) return wrong;
  const int result = session.run();
#if !__has_include(<catch2/catch_all.hpp>)  // version 3 fails by itself where no case was chosen
  if (result == 0 && cases_run == 0 && !session.configData().showHelp) {
    std::fputs("no test case was chosen\n", stderr);
    return 2;
  }
#endif
  return result;
}
