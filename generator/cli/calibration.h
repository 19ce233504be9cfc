// --dtype int8 of a float model: pictures choose the bytes.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "calibrate/calibrate.h"
#include "cli/options.h"

namespace mobilith {

// --calibrate and what goes with it.
void add_calibration_options(options::options_description&);

// The files of --calibrate as the network reads them. Throws UsageError.
calibration::Pictures calibration_inputs(const options::variables_map&, const Network&, const Weights&);

struct CalibratedModel {
  std::unique_ptr<Weights> weights;
  CalibrationReport report;
  std::string model;  // the int8 model as a TFLite file's bytes
};

// The network in int8, calibrated with the pictures that are asked for; nothing where no int8 is, or where
// the file is quantised itself. Throws UsageError and WeightsError.
std::optional<CalibratedModel> calibrated_option(const options::variables_map&, const Network&,
                                                 const Weights&);

// Lines of text.
std::string calibration_text(const CalibratedModel&);
nlohmann::json calibration_json(const CalibratedModel&);

}  // namespace mobilith
