// An exploration as a page for a browser.
#pragma once

#include <string>

#include "explore/exploration.h"

namespace mobilith::explore {

// HTML that refers to nothing outside itself: the chart, and a table of all networks.
std::string html_page(const Exploration&);

}  // namespace mobilith::explore
