#include <httplib.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "network.h"
#include "options.h"
#include "service.h"

namespace {

// SIGTERM and SIGINT stop the server: it takes no new connection, answers what has begun, and ends with 0.
// Call it before any thread starts: they inherit that these signals wait for the one thread that asks for
// them.
sigset_t hold_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int serve(const Options& options) {
  const sigset_t signals = hold_signals();
  // What would fail for every request fails here; and the weights come from disk before the first one.
  Network().classify(std::vector<float>(MY_NET_INPUT_FLOATS), 1);

  httplib::Server server;
  const size_t workers = options.workers > 0 ? static_cast<size_t>(options.workers)
                                             : std::max(1u, std::thread::hardware_concurrency());
  server.new_task_queue = [workers] { return new httplib::ThreadPool(workers); };
  server.set_keep_alive_timeout(2);  // an idle connection holds its worker no longer
  server.set_keep_alive_max_count(1000);
  server.set_read_timeout(5);
  server.set_write_timeout(5);
  server.set_tcp_nodelay(true);
  server.set_socket_options([](int socket) {  // httplib's own would let a second server share the port unseen
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  add_service(server, options);

  const int port = options.port == 0                                 ? server.bind_to_any_port(options.host)
                   : server.bind_to_port(options.host, options.port) ? options.port
                                                                     : -1;
  if (port < 0)
    throw std::runtime_error("--host, --port: can't listen on " + options.host + ":" +
                             std::to_string(options.port));
  std::printf("listening on http://%s:%d\n", options.host.c_str(), port);
  std::fflush(stdout);

  std::atomic<bool> asked{false}, ended{false};
  std::thread stopper([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    asked = true;
    while (!server.is_running() && !ended) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    server.stop();
  });
  server.listen_after_bind();  // until stop(), then until all workers are done
  ended = true;
  const bool stopped = asked;
  if (!stopped) pthread_kill(stopper.native_handle(), SIGTERM);
  stopper.join();
  return stopped ? 0 : 1;
}

}  // namespace

int main(int count, char** values) {
  try {
    const Options options = parse_options(count, values);
    if (options.help) return std::fputs(usage, stdout), 0;
    return serve(options);
  } catch (const UsageError& error) {
    std::fprintf(stderr, "serve: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "serve: %s\n", error.what());
    return 1;
  }
}
