#include "service.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "network.h"
#include "picture.h"

using nlohmann::json;

namespace {

constexpr size_t most_pixels = 50'000'000;  // 200 MB once decoded, for each worker at most

void answer(httplib::Response& response, int status, const json& body) {
  response.status = status;
  response.set_content(body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n", "application/json");
}

void refuse(httplib::Response& response, int status, const std::string& why) {
  answer(response, status, {{"error", why}});
}

// The body, or a form's first part. What is over the limit is read and dropped, so that the next request on
// this connection is found where it starts; a body that says its length is refused by httplib itself, by the
// same limit.
std::string read_body(const httplib::Request& request, const httplib::ContentReader& read,
                      size_t most_bytes) {
  std::string body;
  int part = 0;
  auto receive = [&](const char* data, size_t length) {
    if (part <= 1 && body.size() <= most_bytes) body.append(data, length);
    return true;
  };
  if (request.is_multipart_form_data())
    read([&](const httplib::MultipartFormData&) { return ++part, true; }, receive);
  else
    read(receive);
  return body;
}

json classify(const std::string& body, const std::vector<std::string>& labels) {
  thread_local Network network;
  const std::vector<float> input =
      decode_picture(reinterpret_cast<const unsigned char*>(body.data()), body.size(), MY_NET_INPUT_HEIGHT,
                     MY_NET_INPUT_WIDTH, most_pixels);
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Class> best = network.classify(input, 5);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  const bool probabilities = mobilith_model_describe(&my_net)->output_is_probabilities != 0;
  json classes = json::array();
  for (const Class& entry : best) {
    const auto number = static_cast<size_t>(entry.number);
    classes.push_back({{"class", entry.number},
                       {"label", number < labels.size() ? labels[number] : "class " + std::to_string(number)},
                       {probabilities ? "probability" : "value", entry.value}});
  }
  return {{"classes", classes}, {"seconds", time.count()}};
}

}  // namespace

void add_service(httplib::Server& server, const Options& options) {
  const size_t most_bytes = static_cast<size_t>(options.max_megabytes) << 20;
  const std::string too_large = "the body is larger than " + std::to_string(options.max_megabytes) + " MB";
  server.set_payload_max_length(most_bytes);

  server.Post("/classify",
              [=, labels = options.labels](const httplib::Request& request, httplib::Response& response,
                                           const httplib::ContentReader& read) {
                const std::string body = read_body(request, read, most_bytes);
                if (response.status >= 400) return;  // httplib could not read it; the error handler says so
                if (body.size() > most_bytes) return refuse(response, 413, too_large);
                try {
                  answer(response, 200, classify(body, labels));
                } catch (const PictureError& error) {
                  refuse(response, 400, error.what());
                }
              });
  server.Get("/health", [](const httplib::Request&, httplib::Response& response) {
    const mobilith_model_info* info = mobilith_model_describe(&my_net);
    answer(response, 200, {{"status", "ok"}, {"network", info->name}, {"cpu", info->cpu}});
  });
  server.set_error_handler([=](const httplib::Request& request, httplib::Response& response) {
    if (!response.body.empty()) return;
    const int status = response.status;
    refuse(response, status,
           status == 404   ? "no such page: " + request.method + " " + request.path +
                                 "; there are POST /classify and GET /health"
           : status == 413 ? too_large
                           : "the request can't be read");
  });
  server.set_exception_handler(
      [](const httplib::Request&, httplib::Response& response, std::exception_ptr problem) {
        try {
          std::rethrow_exception(problem);
        } catch (const std::exception& error) {
          refuse(response, 500, error.what());
        }
      });
}
