#include "connection.h"

namespace beast = boost::beast;
namespace http = beast::http;
namespace asio = boost::asio;

namespace {

constexpr size_t most_buffered = 32768;                // bytes read ahead
constexpr unsigned most_header = 16384;                // bytes of a request's first line and headers
constexpr auto drained_for = std::chrono::seconds(5);  // of what a refused client still sends

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, Server& server)
    : stream_(std::move(socket)),
      server_(server),
      place_(server.connections_.insert(server.connections_.end(), this)),
      buffer_(most_buffered) {}

Connection::~Connection() {
  give_memory_back();
  server_.connections_.erase(place_);
  if (server_.stopping_ && server_.connections_.empty()) server_.end_.cancel();
}

void Connection::give_memory_back() {
  server_.memory_ -= memory_;
  memory_ = 0;
}

bool Connection::idle() const { return reading_ && buffer_.size() == 0 && !(parser_ && parser_->got_some()); }

void Connection::close() {
  Error ignored;
  stream_.socket().close(ignored);
}

void Connection::read_request() {
  if (server_.stopping_ && buffer_.size() == 0) return close();
  parser_.emplace();
  parser_->header_limit(most_header);
  parser_->body_limit(size_t(server_.options_.max_megabytes) << 20);
  reading_ = true;
  auto& all = server_.connections_;
  all.splice(all.end(), all, place_);
  stream_.expires_after(std::chrono::seconds(server_.options_.seconds));  // for the whole request
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](Error error, size_t) { self->got_header(error); });
}

// Of another coding than chunked, Beast would take what follows for the next request.
bool Connection::understood() const {
  const auto& request = parser_->get();
  const auto coding = request.find(http::field::transfer_encoding);
  return coding == request.end() || (request.version() == 11 && beast::iequals(coding->value(), "chunked"));
}

void Connection::got_header(Error error) {
  if (error) return refuse(error);
  if (!understood()) return answer(refusal(501, "Transfer-Encoding: expected chunked, of HTTP/1.1"), true);
  const auto& request = parser_->get();
  const auto text = [](beast::string_view view) { return std::string_view(view.data(), view.size()); };
  if (const auto known = answer_without_body(text(request.method_string()), text(request.target())))
    return answer(*known, !parser_->is_done() || !request.keep_alive());
  const auto length = parser_->content_length();
  const size_t bytes = length ? size_t(*length) : size_t(server_.options_.max_megabytes) << 20;
  if (!server_.take_memory(bytes)) return answer(refusal(503, "too many bodies at once"), true);
  memory_ = bytes;
  if (request.version() < 11 || !beast::iequals(request[http::field::expect], "100-continue"))
    return read_body();
  asio::async_write(stream_, asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25),
                    [self = shared_from_this()](Error error, size_t) {
                      if (!error) self->read_body();
                    });
}

void Connection::read_body() {
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](Error error, size_t) { self->got_body(error); });
}

void Connection::got_body(Error error) {
  if (error) return refuse(error);
  if (server_.waiting_ >= server_.most_waiting_)
    return answer(refusal(503, "too many requests at once"), true);
  server_.waiting_++;
  reading_ = false;
  stream_.expires_never();
  // The guard keeps run() waiting; `self` is moved on, so that it never goes on a worker's thread.
  asio::post(server_.workers_,
             [self = shared_from_this(), guard = asio::make_work_guard(server_.context_)]() mutable {
               const auto& request = self->parser_->get();
               const auto type = request[http::field::content_type];
               Answer made = classify(request.body(), {type.data(), type.size()}, self->server_.options_);
               asio::post(guard.get_executor(), [self = std::move(self), made = std::move(made)] {
                 self->server_.waiting_--;
                 self->answer(made, !self->parser_->get().keep_alive());
               });
             });
}

// A client that went, or is too slow, hears nothing.
void Connection::refuse(Error error) {
  if (error == http::error::body_limit)
    return answer(
        refusal(413, "the body is larger than " + std::to_string(server_.options_.max_megabytes) + " MB"),
        true);
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return answer(refusal(431, "the request's headers are too large"), true);
  if (error.category() == http::make_error_code(http::error::end_of_stream).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message)
    return answer(refusal(400, "the request can't be read"), true);
  close();
}

void Connection::answer(const Answer& made, bool last) {
  reading_ = false, sending_ = true;
  give_memory_back();
  last = last || server_.stopping_;
  response_ = {};
  response_.version(11);
  response_.result(static_cast<unsigned>(made.status));
  response_.set(http::field::content_type, "application/json");
  response_.keep_alive(!last);
  response_.content_length(made.body.size());
  // After a body, a client that asked for none would take it for its next answer.
  if (parser_->get().method() != http::verb::head) response_.body() = made.body;
  stream_.expires_after(std::chrono::seconds(server_.options_.seconds));
  http::async_write(stream_, response_,
                    [self = shared_from_this(), last](Error error, size_t) { self->sent(error, last); });
}

void Connection::sent(Error error, bool last) {
  sending_ = false;
  parser_.reset();  // the body's memory
  if (error) return close();
  if (!last) return read_request();
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  stream_.expires_after(drained_for);
  refused_ = true;
  drain();
}

// A client that is still sending would lose the answer if the connection were closed under it.
void Connection::drain() {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(most_buffered), [self = shared_from_this()](Error error, size_t) {
    error || self->server_.stopping_ ? self->close() : self->drain();
  });
}
