#include "cli/generate_options.h"

#include "cli/calibration.h"
#include "cli/frame_option.h"
#include "cli/normalisation.h"
#include "cli/schedule_options.h"

namespace mobilith {

options::options_description generate_options() {
  options::options_description description("options");
  add_network_options(description);
  auto text = [](const char* placeholder) { return options::value<std::string>()->value_name(placeholder); };
  description.add_options()                                                                         //
      ("out", text("DIR"), "where the install tree goes: new, empty, or an earlier one of ours")    //
      ("name", text("NAME"), "the library and its model symbol (default: says the configuration)")  //
      ("target", text("TARGET"),
       "where it runs: system and architecture ('mobilith targets' lists them; default: here, or where the "
       "CPU is at home)")  //
      ("cpu", text("CPU[,CPU...]"),
       "LLVM CPU names, or 'host': with several, a session takes the best that the CPU can run (default: "
       "host, or what 'mobilith targets' says)")                                            //
      ("bundle-runtime", "the runtime inside the library's archive: one file to link")      //
      ("weights-file", "the weights in a file beside the library, not inside it")           //
      ("jobs", text("N")->default_value("0"), "kernels compiled at once; 0: one per core")  //
      ("no-cache", "compile every kernel again")                                            //
      ("no-check",
       "leave out the self-check: the library's kernels, run here, against a reference in double")  //
      ("labels", text("FILE"),
       "the classes' names, a line each, for the tree's labels.txt (default: those that the model file "
       "carries)")                                                          //
      ("dry-run", "check the options and the weights file; write nothing")  //
      ("format", text("text|json")->default_value("text"), "of what is printed in the end");
  add_output_option(description);
  description.add_options()("outputs", text("BLOCK[,BLOCK...]"),
                            "the blocks whose outputs the library gives, or the layers that they end in, in "
                            "this order; 'head' is the classifier "
                            "(default: head alone). Blocks that none of them needs are left out")  //
      ("features", text("STRIDE[,STRIDE...]"),
       "the last image of each of these strides instead, for a detector or a segmenter: 8,16,32")  //
      ("outputs-layout", text("dense|padded")->default_value("dense"),
       "of outputs that are images: padded, as kernels store them, channels filled up with zeros to whole "
       "vectors");
  add_frame_options(description);
  add_normalisation_options(description);
  add_calibration_options(description);
  add_products_option(description);
  add_weights_dtype_option(description);
  add_schedule_options(description);
  return description;
}

}  // namespace mobilith
