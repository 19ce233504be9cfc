/* MODEL INPUT SIDE PRECISION: one inference by OpenVINO's C interface, with that hint of precision. */
#include <openvino/c/openvino.h>

#include "first_result.h"

static void check(ov_status_e status) {
  if (status != OK) fail(ov_get_error_info(status));
}

int main(int argc, char **argv) {
  if (argc != 5) fail("usage: openvino MODEL INPUT SIDE PRECISION");
  const size_t side = (size_t)atoi(argv[3]);
  ov_core_t *core;
  ov_compiled_model_t *compiled;
  ov_infer_request_t *request;
  ov_tensor_t *entry, *result;
  void *input, *logits;
  check(ov_core_create(&core));
  check(ov_core_compile_model_from_file(core, argv[1], "CPU", 8, &compiled, "PERFORMANCE_HINT", "LATENCY",
                                        "NUM_STREAMS", "1", "INFERENCE_PRECISION_HINT", argv[4],
                                        "INFERENCE_NUM_THREADS", "1"));
  check(ov_compiled_model_create_infer_request(compiled, &request));
  check(ov_infer_request_get_input_tensor(request, &entry));
  check(ov_tensor_data(entry, &input));
  read_input(argv[2], input, 3 * side * side);
  check(ov_infer_request_infer(request));
  check(ov_infer_request_get_output_tensor(request, &result));
  check(ov_tensor_data(result, &logits));
  report(logits);
  return 0;
}
