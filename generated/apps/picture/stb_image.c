/* The image reader's code; a file of its own, so that our warnings do not apply to it. A PNG's compressed
 * data may say a thousand times more than its pixels need: no block is larger than the picture explains.
 * Blocks are zeros: a JPEG may use tables that it does not have, and stb_image 2.27 looks into whatever lies
 * there. */
#include <stdlib.h>

#include "largest_block.h"

static _Thread_local size_t largest = (size_t)-1;

void largest_picture_block(size_t bytes) { largest = bytes; }

static void *limited_realloc(void *block, size_t bytes) {
  return bytes <= largest ? realloc(block, bytes) : NULL;
}

#define STBI_MALLOC(bytes) ((bytes) <= largest ? calloc(1, bytes) : NULL)
#define STBI_REALLOC(block, bytes) limited_realloc(block, bytes)
#define STBI_FREE(block) free(block)
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#include <stb_image.h>
