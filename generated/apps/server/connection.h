// One connection: a request at a time, each within the limits, then its answer.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <optional>

#include "server.h"
#include "service.h"

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket, Server&);
  ~Connection();
  void read_request();
  void answer(const Answer&, bool last);
  void close();
  bool may_go() const { return reading_ || refused_; }  // nothing of ours would be lost
  bool not_taken() const { return sending_; }           // an answer that the client leaves lying
  bool idle() const;                                    // not a byte of a request has come

 private:
  using Error = boost::beast::error_code;

  void got_header(Error);
  bool understood() const;  // where the body ends
  void read_body();
  void got_body(Error);
  void refuse(Error);
  void sent(Error, bool last);
  void drain();
  void give_memory_back();

  boost::beast::tcp_stream stream_;
  Server& server_;
  Server::Place place_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  boost::beast::http::response<boost::beast::http::string_body> response_;
  size_t memory_ = 0;  // taken of the server's
  bool reading_ = false, sending_ = false, refused_ = false;
};
