// Connections and their limits. One thread reads and writes for all of them, so that a slow client holds no
// thread; pictures are classified by workers.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <list>

#include "options.h"

class Connection;

class Server {
 public:
  // Listens. Throws std::runtime_error: --host or --port can't be had.
  Server(boost::asio::io_context&, const Options&);
  int port() const;

  // SIGTERM and SIGINT end it: no new connection is taken, what has begun is answered. Returns then, or after
  // the time of one request.
  void run();

 private:
  friend class Connection;
  using Place = std::list<Connection*>::iterator;

  void accept();
  void take(boost::asio::ip::tcp::socket);
  void stop();
  // For one more connection, where there are as many as allowed: the one that has kept us waiting for its
  // request for the longest time goes, else the one for taking its answer. False where workers have all.
  bool make_room();
  bool take_memory(size_t bytes);

  boost::asio::io_context& context_;
  const Options& options_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer pause_, end_;
  boost::asio::thread_pool workers_;
  std::list<Connection*> connections_;  // who has waited longest for a request first
  size_t most_waiting_, waiting_ = 0;   // requests that workers have or will have
  size_t memory_ = 0;                   // bytes of bodies, at most
  bool stopping_ = false;
};
