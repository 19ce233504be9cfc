#include <malloc.h>

#include <cstdio>

#include "network.h"
#include "server.h"

namespace {

void serve(const Options& options) {
  // Large blocks go back to the system when they are freed, whatever sizes came before.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_ARENA_MAX, 2);
  // What would fail for every request fails here; and the weights come from disk before the first one.
  Network().warm_up();

  boost::asio::io_context context;
  Server server(context, options);
  std::printf("listening on http://%s:%d\n", options.host.c_str(), server.port());
  std::fflush(stdout);
  server.run();
}

}  // namespace

int main(int count, char** values) {
  try {
    const Options options = parse_options(count, values);
    if (options.help)
      std::fputs(usage, stdout);
    else
      serve(options);
    return 0;
  } catch (const UsageError& error) {
    std::fprintf(stderr, "serve: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "serve: %s\n", error.what());
    return 1;
  }
}
