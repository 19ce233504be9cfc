/* Reads a binary PPM of the network's own size on standard input and writes the best class's number, with
 * system calls alone. build.sh links it statically; without stdio it is 40 KB larger than the weights of V1
 * 0.25-32, kernels and runtime among them. */
#include <my_net.h>
#include <unistd.h>

static unsigned char file[MY_NET_INPUT_FLOATS + 64]; /* a header of up to 64 bytes, then (y, x, RGB) */
static float input[MY_NET_INPUT_FLOATS], output[MY_NET_CLASSES];

static int fail(const char *why) {
  size_t length = 0;
  while (why[length]) length++;
  (void)!write(2, why, length);
  (void)!write(2, "\n", 1);
  return 1;
}

static size_t read_all(void) {
  size_t filled = 0;
  ssize_t some;
  while (filled < sizeof file && (some = read(0, file + filled, sizeof file - filled)) > 0)
    filled += (size_t)some;
  return filled;
}

/* Where the pixels start in the file; 0 where the header is not that of such a picture. */
static size_t pixels_start(size_t bytes) {
  static const unsigned expected[] = {MY_NET_INPUT_WIDTH, MY_NET_INPUT_HEIGHT, 255};
  size_t at = 2, i;
  if (bytes < 2 || file[0] != 'P' || file[1] != '6') return 0;
  for (i = 0; i < 3; i++) {
    unsigned number = 0;
    while (at < 62 && file[at] <= ' ') at++;
    for (; at < 62 && file[at] >= '0' && file[at] <= '9' && number < 100000; at++)
      number = number * 10 + (file[at] - '0');
    if (number != expected[i]) return 0;
  }
  at++; /* one white space */
  return bytes - at == MY_NET_INPUT_FLOATS ? at : 0;
}

int main(void) {
  const size_t bytes = read_all(), start = pixels_start(bytes);
  mobilith_session *session;
  mobilith_status status;
  char text[12];
  size_t k, digits = sizeof text;
  int best = 0, i;
  if (!start) return fail("expected a binary PPM (P6) of the network's own size on standard input");
  for (k = 0; k < MY_NET_INPUT_FLOATS; k++) input[k] = file[start + k] / 127.5f - 1;
  status = mobilith_session_create(&my_net, NULL, &session);
  if (status == MOBILITH_OK) status = mobilith_run(session, input, sizeof input, output, sizeof output);
  if (status != MOBILITH_OK) return fail(mobilith_status_message(status));
  for (i = 1; i < MY_NET_CLASSES; i++)
    if (output[i] > output[best]) best = i;
  text[--digits] = '\n';
  do text[--digits] = (char)('0' + best % 10);
  while (best /= 10);
  return write(1, text + digits, sizeof text - digits) > 0 ? 0 : 1;
}
