/* Classifies pictures in C99, with nothing but cc.
 *
 *   mobilith generate --weights my_model.keras --name my_net --out tree
 *   cc -std=c99 -O2 classify.c -Itree/include tree/lib/libmy_net.a tree/lib/libmobilith_runtime.a \
 *     -lpthread -o classify
 *   convert photo.jpg -resize '224x224!' photo.ppm     # ImageMagick: to the network's own size
 *   ./classify photo.ppm
 *
 * Prints the best five classes of each picture, a line each: number, and probability or what the
 * network gives instead. */
#include <math.h>
#include <my_net.h>
#include <stdio.h>

enum { BEST = 5 };

static unsigned char pixels[MY_NET_INPUT_FLOATS]; /* (y, x, RGB) */
static float input[MY_NET_INPUT_FLOATS], output[MY_NET_CLASSES];

/* A number in a PPM's header, after white space and comments; -1 where there is none. */
static int header_number(FILE *file) {
  int number, c;
  while ((c = getc(file)) == '#' || c == ' ' || c == '\t' || c == '\r' || c == '\n')
    if (c == '#')
      while ((c = getc(file)) != '\n' && c != EOF) continue;
  ungetc(c, file);
  return fscanf(file, "%9d", &number) == 1 ? number : -1;
}

/* A binary PPM of the network's own size into `pixels`. Null, or what is wrong. */
static const char *read_picture(const char *path) {
  const char *wrong = NULL;
  FILE *file = fopen(path, "rb");
  if (!file) return "can't be opened";
  if (getc(file) != 'P' || getc(file) != '6')
    wrong = "not a binary PPM (P6)";
  else if (header_number(file) != MY_NET_INPUT_WIDTH || header_number(file) != MY_NET_INPUT_HEIGHT)
    wrong = "not of the network's width and height";
  else if (header_number(file) != 255)
    wrong = "not of 8 bits a channel";
  else if (getc(file) == EOF || fread(pixels, 1, sizeof pixels, file) != sizeof pixels)
    wrong = "cut short";
  fclose(file);
  return wrong;
}

static void print_best(void) {
  int rank, i;
  for (rank = 0; rank < BEST && rank < MY_NET_CLASSES; rank++) {
    int best = 0;
    for (i = 1; i < MY_NET_CLASSES; i++)
      if (output[i] > output[best]) best = i;
    printf("  %4d  %.7f\n", best, output[best]);
    output[best] = -INFINITY;
  }
}

int main(int count, char **paths) {
  mobilith_session *session;
  mobilith_status status = mobilith_session_create(&my_net, NULL, &session);
  int code = 0, i;
  size_t k;
  for (i = 1; i < count && status == MOBILITH_OK; i++) {
    const char *wrong = read_picture(paths[i]);
    if (wrong) {
      fprintf(stderr, "classify: %s: %s (expected %d x %d)\n", paths[i], wrong, MY_NET_INPUT_WIDTH,
              MY_NET_INPUT_HEIGHT);
      code = 1;
      continue;
    }
    for (k = 0; k < MY_NET_INPUT_FLOATS; k++) input[k] = pixels[k] / 127.5f - 1;
    status = mobilith_run(session, input, sizeof input, output, sizeof output);
    if (status != MOBILITH_OK) break;
    printf("%s\n", paths[i]);
    print_best();
  }
  if (status != MOBILITH_OK) fprintf(stderr, "classify: %s\n", mobilith_status_message(status));
  mobilith_session_destroy(session);
  return status != MOBILITH_OK || fflush(stdout) != 0 ? 1 : code;
}
