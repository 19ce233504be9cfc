/* Where a session's weights are: inside the library, in a file, or in the caller's memory. */
#ifndef MOBILITH_WEIGHTS_SOURCE_H
#define MOBILITH_WEIGHTS_SOURCE_H

#include "mapping.h"
#include "mobilith_abi.h"
#include "mobilith_weights.h"

#define WEIGHTS_ALIGNMENT 64u

/* Whether these bytes are the file that the model was generated with. */
static int weights_fit(const mobilith_model *model, const uint8_t *file, size_t bytes) {
  mobilith_weights_header header;
  uint8_t reserved = 0;
  if (bytes < sizeof header || bytes - sizeof header != model->weights_bytes) return 0;
  memcpy(&header, file, sizeof header);
  for (size_t i = 0; i < sizeof header.reserved; i++) reserved |= header.reserved[i];
  return memcmp(header.magic, MOBILITH_WEIGHTS_MAGIC, sizeof header.magic) == 0 &&
         header.version == MOBILITH_WEIGHTS_VERSION && header.header_bytes == sizeof header &&
         header.bytes == model->weights_bytes && header.checksum == model->weights_checksum &&
         reserved == 0 &&
         mobilith_weights_checksum(file + sizeof header, bytes - sizeof header) == header.checksum;
}

/* *mapped holds what to unmap in the end. Of a mapping, the file may not be cut while it is in use: the
 * system sends SIGBUS then, as for a program's own file. */
static mobilith_status find_weights(const mobilith_model *model, const mobilith_options *options,
                                    const uint8_t **weights, mapping *mapped) {
  *weights = model->weights;
  if (model->weights) return MOBILITH_OK;
  const uint8_t *file = options->weights;
  size_t bytes = options->weights_bytes;
  if (file) {
    if ((uintptr_t)file % WEIGHTS_ALIGNMENT != 0) return MOBILITH_INVALID_ARGUMENT;
  } else {
    if (!options->weights_file) return MOBILITH_NO_WEIGHTS;
    file = map_file(options->weights_file, &bytes, mapped);
    if (!file) return MOBILITH_NO_WEIGHTS;
  }
  if (!weights_fit(model, file, bytes)) return MOBILITH_WRONG_WEIGHTS;
  *weights = file + sizeof(mobilith_weights_header);
  return MOBILITH_OK;
}

#endif
