/* The file of a library's weights, and its checksum. Shared by generator and runtime; not installed. The file
 * is this header, then the weights as the library would hold them. Little-endian. */
#ifndef MOBILITH_WEIGHTS_H
#define MOBILITH_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MOBILITH_WEIGHTS_MAGIC "MOBILITH"
#define MOBILITH_WEIGHTS_VERSION 1u

/* 64 bytes, so that the weights behind it are aligned as the file is. */
typedef struct mobilith_weights_header {
  char magic[8];         /* MOBILITH_WEIGHTS_MAGIC without its end */
  uint32_t version;      /* MOBILITH_WEIGHTS_VERSION */
  uint32_t header_bytes; /* sizeof(mobilith_weights_header) */
  uint64_t bytes;        /* of the weights */
  uint64_t checksum;     /* mobilith_weights_checksum of the weights: also which library they belong to */
  uint8_t reserved[32];  /* zero */
} mobilith_weights_header;

/* Every word changes the result, by an invertible step; four chains, so that it runs at the speed of memory.
 * Finds damage, not malice. bytes: a multiple of 32; data: aligned to 8. */
static inline uint64_t mobilith_weights_checksum(const uint8_t *data, size_t bytes) {
  static const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
  uint64_t chains[4] = {1, 2, 3, 4}, sum = bytes;
  for (size_t i = 0; i < bytes; i += 32) {
    uint64_t words[4];
    memcpy(words, data + i, sizeof words);
    for (int c = 0; c < 4; c++) {
      chains[c] = (chains[c] ^ words[c]) * odd;
      chains[c] ^= chains[c] >> 32;
    }
  }
  for (int c = 0; c < 4; c++) {
    sum = (sum ^ chains[c]) * odd;
    sum ^= sum >> 29;
  }
  return sum;
}

#endif
