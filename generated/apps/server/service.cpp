#include "service.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "network.h"
#include "picture.h"

using nlohmann::json;

namespace {

Answer answer(int status, const json& body) {
  return {status, body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"};
}

struct BrokenForm : std::runtime_error {
  BrokenForm() : std::runtime_error("the form can't be read") {}
};

// What is between a form's first boundary's headers and its next boundary.
std::string_view first_part(std::string_view body, std::string_view content_type) {
  const std::string_view name = "boundary=";
  const size_t at = content_type.find(name);
  if (at == content_type.npos) throw BrokenForm();
  std::string_view boundary = content_type.substr(at + name.size());
  boundary = boundary.substr(0, boundary.find(';'));
  if (boundary.size() >= 2 && boundary.front() == '"') boundary = boundary.substr(1, boundary.size() - 2);
  const std::string delimiter = "--" + std::string(boundary);
  const size_t headers = body.find("\r\n\r\n");
  if (boundary.empty() || body.substr(0, delimiter.size()) != delimiter || headers == body.npos)
    throw BrokenForm();
  body = body.substr(headers + 4);
  const size_t end = body.find("\r\n" + delimiter);
  if (end == body.npos) throw BrokenForm();
  return body.substr(0, end);
}

json classes_of(std::string_view picture, const Options& options) {
  thread_local Network network;
  const auto* bytes = reinterpret_cast<const unsigned char*>(picture.data());
  const size_t most_pixels = size_t(options.max_megapixels) * 1'000'000;
#ifdef MY_NET_INPUT_FORMAT
  const Rgb input = decode_rgb(bytes, picture.size(), MY_NET_INPUT_HEIGHT, MY_NET_INPUT_WIDTH,
                               MY_NET_INPUT_RESIZES != 0, most_pixels);
#else
  const std::vector<float> input =
      decode_picture(bytes, picture.size(), MY_NET_INPUT_HEIGHT, MY_NET_INPUT_WIDTH, most_pixels);
#endif
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Class> best = network.classify(input, 5);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  const bool probabilities = mobilith_model_describe(&my_net)->output_is_probabilities != 0;
  json classes = json::array();
  for (const Class& entry : best) {
    const auto number = static_cast<size_t>(entry.number);
    const bool named = number < options.labels.size();
    classes.push_back({{"class", entry.number},
                       {"label", named ? options.labels[number] : "class " + std::to_string(number)},
                       {probabilities ? "probability" : "value", entry.value}});
  }
  return {{"classes", classes}, {"seconds", time.count()}};
}

}  // namespace

Answer refusal(int status, const std::string& why) { return answer(status, {{"error", why}}); }

std::optional<Answer> answer_without_body(std::string_view method, std::string_view path) {
  if (method == "POST" && path == "/classify") return std::nullopt;
  if (method != "GET" || path != "/health")
    return refusal(404, "no such page: " + std::string(method) + " " + std::string(path.substr(0, 100)) +
                            "; there are POST /classify and GET /health");
  const mobilith_model_info* info = mobilith_model_describe(&my_net);
  return answer(200, {{"status", "ok"}, {"network", info->name}, {"cpu", info->cpu}});
}

Answer classify(std::string_view body, std::string_view content_type, const Options& options) {
  try {
    const bool form = content_type.substr(0, 19) == "multipart/form-data";
    return answer(200, classes_of(form ? first_part(body, content_type) : body, options));
  } catch (const PictureError& error) {
    return refusal(400, error.what());
  } catch (const BrokenForm& error) {
    return refusal(400, error.what());
  } catch (const std::exception& error) {
    return refusal(500, error.what());
  }
}
