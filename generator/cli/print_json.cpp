#include "cli/print_json.h"

#include <fmt/format.h>

namespace mobilith {

void print_json(const nlohmann::json& json) {
  fmt::print("{}\n", json.dump(2, ' ', /*ensure_ascii=*/true, nlohmann::json::error_handler_t::replace));
}

}  // namespace mobilith
