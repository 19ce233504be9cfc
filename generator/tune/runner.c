/* Measures where the tuner is not: challenger, incumbent and default, linked with this file into one
 * executable that reads nothing and prints one line of JSON. Built with -DCHALLENGER=<model>
 * [-DINCUMBENT=<model>] -DINPUT="file" -DEXPECTED="file" -DTHREADS=n -DL2=bytes -DROUNDS=n: the reference's
 * output is dense, the kernel's is as its port says. -DCHANNELS=n -DWIDTH=n: it is of bytes instead, in
 * blocks of WIDTH channels (layout/quantised_shapes.h). -DSPOILT: the challenger's output is made wrong, for
 * tests. */
#include <math.h>
#include <mobilith.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "team.c"

#define INCLUDED(symbol, file)                                                                   \
  __asm__(".section .rodata\n.balign 64\n.global " #symbol "\n.global " #symbol "_end\n" #symbol \
          ":\n.incbin \"" file "\"\n" #symbol "_end:\n.previous\n");                             \
  extern const unsigned char symbol[], symbol##_end[]

INCLUDED(runner_input, INPUT);
INCLUDED(runner_expected, EXPECTED);
extern const mobilith_model CHALLENGER;
#ifdef INCUMBENT
extern const mobilith_model INCUMBENT;
#endif

static void *input, *output;
static size_t input_bytes, output_bytes;
static volatile unsigned char *walked; /* of each thread its own */
static team *workers;                  /* null: one thread */

static double seconds;

/* Of the last kernel: those before it make its other operands. */
static void keep(void *context, const mobilith_profile *profile) {
  (void)context;
  seconds = profile->seconds;
}

static void *aligned(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!memory) exit(3);
  return memory;
}

static mobilith_session *session(const mobilith_model *model) {
  mobilith_options options;
  mobilith_session *made;
  mobilith_options_init(&options);
  options.threads = THREADS;
  if (workers) options.parallel_for = team_run, options.parallel_for_context = workers;
  options.profile = keep;
  if (mobilith_session_create(model, &options, &made) != MOBILITH_OK) exit(4);
  return made;
}

#define WALK (2 * (size_t)L2)

static void walk(void *context, int32_t thread) {
  volatile unsigned char *mine = walked + (size_t)thread * WALK;
  (void)context;
  for (size_t i = 0; i < WALK; i += 64) mine[i]++;
}

/* As in a network: the input just written, the weights further out than L2, the threads awake. */
static double timed(mobilith_session *s) {
  size_t i;
  volatile unsigned char *touched = input;
  if (workers)
    team_run(workers, THREADS, walk, NULL);
  else
    walk(NULL, 0);
  for (i = 0; i < input_bytes; i += 64) touched[i] = touched[i];
  if (mobilith_run(s, input, input_bytes, output, output_bytes) != MOBILITH_OK) exit(5);
  return seconds;
}

static const float *expected(size_t *count) {
  *count = (size_t)(runner_expected_end - runner_expected) / sizeof(float);
  return (const float *)(const void *)runner_expected; /* aligned above */
}

#ifdef CHANNELS
/* 1 where any byte differs. */
static double difference(void) {
  unsigned char *found = output;
  size_t count, pixels, i;
  const float *wanted = expected(&count);
  pixels = count / CHANNELS;
#ifdef SPOILT
  found[0] ^= 1;
#endif
  if (pixels * ((CHANNELS + WIDTH - 1) / WIDTH * WIDTH) != output_bytes) return 1e30;
  for (i = 0; i < count; i++) {
    const size_t pixel = i / CHANNELS, c = i % CHANNELS;
    if (found[(c / WIDTH * pixels + pixel) * WIDTH + c % WIDTH] != (unsigned char)(int)wanted[i]) return 1;
  }
  return 0;
}
#else
static double difference(void) {
  const mobilith_port *port = mobilith_model_output(&CHALLENGER, 0);
  const size_t floats = output_bytes / sizeof(float), width = (size_t)port->channels,
               stride = port->pixel_bytes / sizeof(float);
  float *found = output;
  double largest = 1e-30, worst = 0;
  size_t count, i;
  const float *all_wanted = expected(&count);
  if (count != floats / stride * width) return 1e30;
#ifdef SPOILT
  found[floats / 2] += 1.0f;
#endif
  for (i = 0; i < floats; i++) {
    const size_t channel = i % stride;
    const double wanted = channel < width ? all_wanted[i / stride * width + channel] : 0.0;
    const double apart = fabs(found[i] - wanted);
    if (!(apart <= 1e30)) return 1e30;
    if (fabs(wanted) > largest) largest = fabs(wanted);
    if (apart > worst) worst = apart;
  }
  return worst / largest;
}
#endif

int main(void) {
  const mobilith_model_info *info = mobilith_model_describe(&CHALLENGER);
  mobilith_session *b;
  int round;
  size_t i;
  if (!info) return 2;
  input_bytes = info->input_bytes, output_bytes = info->output_bytes;
  input = aligned(input_bytes), output = aligned(output_bytes), walked = aligned(THREADS * WALK);
  if ((size_t)(runner_input_end - runner_input) != input_bytes) return 7;
  memcpy(input, runner_input, input_bytes);
  for (i = 0; i < THREADS * WALK; i++) walked[i] = 1;
  if (THREADS > 1 && !(workers = team_create(THREADS))) return 6;
  b = session(&CHALLENGER);
  timed(b);
  printf("{\"difference\": %.9g, \"rounds\": [", difference());
  {
#ifdef INCUMBENT
    mobilith_session *a = session(&INCUMBENT);
    timed(a);
#else
    mobilith_session *a = b;
#endif
    for (round = 0; round < ROUNDS; round++) {
      const double a1 = timed(a), b1 = timed(b), b2 = timed(b), a2 = timed(a);
      printf("%s[%.9g, %.9g, %.9g, %.9g]", round ? ", " : "", a1, b1, b2, a2);
    }
  }
  printf("]}\n");
  return 0;
}
