/* A shared library around a generated network, which exports its own functions and nothing else:
 *
 *   mobilith generate --weights my_model.keras --name my_net --out tree
 *   cc -std=c99 -O2 -shared -fPIC -fvisibility=hidden tagger.c -Itree/include tree/lib/libmy_net.a \
 *     tree/lib/libmobilith_runtime.a -lpthread -Wl,-z,defs -o libtagger.so
 *   cc -std=c99 -O2 use_tagger.c -ldl -o use_tagger
 *   ./use_tagger ./libtagger.so photo.ppm
 *
 * -fvisibility=hidden hides what is not marked here; the network and the runtime are hidden as they are.
 * -z defs leaves nothing undefined. */
#include "tagger.h"

#include <my_net.h>
#include <stdlib.h>

#define EXPORT __attribute__((visibility("default")))

struct tagger {
  mobilith_session *session;
  float input[MY_NET_INPUT_FLOATS], output[MY_NET_CLASSES];
};

EXPORT tagger *tagger_open(void) {
  tagger *made = malloc(sizeof *made);
  if (made && mobilith_session_create(&my_net, NULL, &made->session) != MOBILITH_OK) {
    free(made);
    return NULL;
  }
  return made;
}

EXPORT int tagger_width(void) { return MY_NET_INPUT_WIDTH; }
EXPORT int tagger_height(void) { return MY_NET_INPUT_HEIGHT; }

EXPORT int tagger_run(tagger *t, const unsigned char *rgb, tag *best, int count) {
  size_t k;
  int filled = 0, i;
  if (!t || !rgb || !best || count < 1) return 0;
  for (k = 0; k < MY_NET_INPUT_FLOATS; k++) t->input[k] = rgb[k] / 127.5f - 1;
  if (mobilith_run(t->session, t->input, sizeof t->input, t->output, sizeof t->output) != MOBILITH_OK)
    return 0;
  for (i = 0; i < MY_NET_CLASSES; i++) { /* insertion into the best so far */
    int at = filled < count ? filled++ : count;
    for (; at > 0 && best[at - 1].probability < t->output[i]; at--)
      if (at < count) best[at] = best[at - 1];
    if (at < count) {
      best[at].number = i;
      best[at].probability = t->output[i];
    }
  }
  return filled;
}

EXPORT void tagger_close(tagger *t) {
  if (!t) return;
  mobilith_session_destroy(t->session);
  free(t);
}
