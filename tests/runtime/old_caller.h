/* A program compiled with 0.1.0's header (tests/data/mobilith_0_1_0.h); this one has no types of either. */
#ifndef OLD_CALLER_H
#define OLD_CALLER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

size_t old_options_bytes(void);

/* At `options`, which has old_options_bytes(): mobilith_options_init, then threads. */
void old_init(void *options, int threads);

/* Makes a session with them (null: none), runs it on count floats, destroys it. The status. */
int old_run(const void *model, const void *options, const float *input, float *output, size_t count);
size_t old_session_bytes(const void *model, const void *options);

/* What mobilith_model_describe and a profile say, of 0.1.0's members: 1 where they are what they should be.
 */
int old_info(const void *model, const char *name, size_t input_bytes, int vector_bits);
int old_profile(const void *model, void *options, const float *input, float *output, size_t count,
                int kernels);

#ifdef __cplusplus
}
#endif
#endif
