#include "server.h"

#include <signal.h>

#include <algorithm>
#include <thread>

#include "connection.h"

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

namespace {

constexpr size_t bodies = 8;        // as many of the largest size as are held at once
constexpr int most_unsent = 65536;  // bytes of answers held for a client that asks on and does not read

tcp::endpoint address(asio::io_context& context, const Options& options) {
  Error error;
  const auto found = tcp::resolver(context).resolve(options.host, std::to_string(options.port),
                                                    tcp::resolver::passive, error);
  if (error || found.empty())
    throw std::runtime_error("--host: '" + options.host + "' is no address: " + error.message());
  return found.begin()->endpoint();
}

size_t worker_count(const Options& options) {
  return options.workers > 0 ? size_t(options.workers) : std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace

Server::Server(asio::io_context& context, const Options& options)
    : context_(context),
      options_(options),
      acceptor_(context),
      signals_(context, SIGTERM, SIGINT),
      pause_(context),
      end_(context),
      workers_(worker_count(options)),
      most_waiting_(4 * worker_count(options) + 8) {
  const tcp::endpoint where = address(context, options);
  Error error;
  acceptor_.open(where.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(where, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    throw std::runtime_error("--host, --port: can't listen on " + options.host + ":" +
                             std::to_string(options.port) + ": " + error.message());
}

int Server::port() const { return acceptor_.local_endpoint().port(); }

void Server::run() {
  signals_.async_wait([this](Error error, int) {
    if (!error) stop();
  });
  accept();
  for (bool done = false; !done;) try {
      context_.run();
      done = true;
    } catch (const std::bad_alloc&) {
      // Its connection is gone; the others are served.
    }
  workers_.join();
}

void Server::accept() {
  acceptor_.async_accept([this](Error error, tcp::socket socket) {
    if (stopping_) return;
    if (error) {  // no descriptors left, say: not again and again at once
      pause_.expires_after(std::chrono::milliseconds(100));
      return pause_.async_wait([this](Error stopped) {
        if (!stopped && !stopping_) accept();
      });
    }
    try {
      take(std::move(socket));
    } catch (const std::bad_alloc&) {
      // The client finds it closed.
    }
    accept();
  });
}

void Server::take(tcp::socket socket) {
  if (connections_.size() >= size_t(options_.max_connections) && !make_room()) return;
  Error ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::send_buffer_size(most_unsent), ignored);
  std::make_shared<Connection>(std::move(socket), *this)->read_request();
}

bool Server::make_room() {
  for (const auto goes : {&Connection::may_go, &Connection::not_taken})
    for (Connection* connection : connections_)
      if ((connection->*goes)()) return connection->close(), true;
  return false;
}

bool Server::take_memory(size_t bytes) {
  if (memory_ + bytes > bodies * (size_t(options_.max_megabytes) << 20)) return false;
  memory_ += bytes;
  return true;
}

void Server::stop() {
  stopping_ = true;
  acceptor_.close();
  pause_.cancel();
  for (Connection* connection : connections_)
    if (connection->idle()) connection->close();
  if (connections_.empty()) return;
  end_.expires_after(std::chrono::seconds(options_.seconds));
  end_.async_wait([this](Error) {
    for (Connection* connection : connections_) connection->close();
  });
}
