// What calibrating made of a network, as a page for a browser.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "calibrate/calibrate.h"
#include "cli/options.h"

namespace mobilith {

struct CalibrationPage {
  std::string network;                                       // its title
  std::string date;                                          // year-month-day
  std::vector<std::pair<std::string, std::string>> options;  // as they were given: name and value
};

// HTML that refers to nothing outside itself.
std::string html_report(const CalibrationReport&, const CalibrationPage&);

// --report, where it is given: written beside and renamed. Throws FieldError where it can't be.
void write_calibration_report(const options::variables_map&, const Configuration&, const CalibrationReport&);

}  // namespace mobilith
