/* Loads the shared library at run time and tags a picture with it: use_tagger LIBRARY PICTURE.ppm. It is
 * built without the generated tree; tagger.h is all that it knows. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tagger.h"

/* ISO C has no cast from an object's pointer to a function's; POSIX has dlsym's result hold one. */
static void load(void *library, const char *name, void *function) {
  void *symbol = dlsym(library, name);
  if (!symbol) {
    fprintf(stderr, "use_tagger: %s\n", dlerror());
    exit(1);
  }
  memcpy(function, &symbol, sizeof symbol);
}

int main(int count, char **values) {
  tagger *(*open)(void);
  int (*width)(void), (*height)(void), (*run)(tagger *, const unsigned char *, tag *, int);
  void (*close)(tagger *);
  int w = 0, h = 0, found, i;
  size_t bytes;
  unsigned char *rgb;
  void *library;
  FILE *file;
  tagger *t;
  tag best[5];

  if (count != 3) return fputs("usage: use_tagger LIBRARY PICTURE.ppm\n", stderr), 2;
  library = dlopen(values[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) return fprintf(stderr, "use_tagger: %s\n", dlerror()), 1;
  load(library, "tagger_open", &open);
  load(library, "tagger_width", &width);
  load(library, "tagger_height", &height);
  load(library, "tagger_run", &run);
  load(library, "tagger_close", &close);

  bytes = (size_t)width() * (size_t)height() * 3;
  rgb = malloc(bytes);
  file = fopen(values[2], "rb");
  if (!rgb || !file || fscanf(file, "P6 %9d %9d 255", &w, &h) != 2 || w != width() || h != height() ||
      getc(file) == EOF || fread(rgb, 1, bytes, file) != bytes)
    return fprintf(stderr, "use_tagger: %s: expected a binary PPM of %d x %d\n", values[2], width(),
                   height()),
           1;
  fclose(file);

  t = open();
  found = run(t, rgb, best, 5);
  for (i = 0; i < found; i++) printf("  %4d  %.7f\n", best[i].number, best[i].probability);
  close(t);
  free(rgb);
  dlclose(library);
  return found > 0 ? 0 : 1;
}
