/* What stb_image may ask for. */
#ifndef LARGEST_BLOCK_H
#define LARGEST_BLOCK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif
/* Of this thread, from now on: a block that is larger is not given. */
void largest_picture_block(size_t bytes);
#ifdef __cplusplus
}
#endif
#endif
