/* A small API of one's own around a generated network: users of the shared library see this header alone. */
#ifndef TAGGER_H
#define TAGGER_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tagger tagger; /* belongs to one thread at a time; any number of them */

typedef struct tag {
  int number;        /* of the class */
  float probability; /* or the logit, where the network ends in those */
} tag;

/* Null where memory is short or the CPU lacks what the network was generated for. */
tagger *tagger_open(void);

/* The size of the pictures that tagger_run takes. */
int tagger_width(void);
int tagger_height(void);

/* rgb: (y, x, channel), bytes, tagger_height() x tagger_width() x 3. Writes the best `count` classes,
 * falling, and returns how many that are: at most as many as there are classes; 0 for a null pointer or a
 * count below 1. */
int tagger_run(tagger *, const unsigned char *rgb, tag *best, int count);

void tagger_close(tagger *); /* null is allowed */

#ifdef __cplusplus
}
#endif
#endif
