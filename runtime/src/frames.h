/* What a run says of the caller's frame, and whether all that a kernel then reads is there. */
#ifndef MOBILITH_FRAMES_H
#define MOBILITH_FRAMES_H

#include <stddef.h>
#include <string.h>

#include "mobilith_abi.h"
#include "ports.h"

/* Offsets inside a frame are 32-bit numbers in kernels. */
#define LARGEST_FRAME INT32_MAX

static mobilith_frame whole_frame(const mobilith_port *port, const void *pixels) {
  const mobilith_frame frame = {.struct_bytes = sizeof frame, .pixels = pixels, .bytes = port->bytes};
  return frame;
}

/* The caller's, whose header may be another one. */
static mobilith_status take_frame(const mobilith_frame *given, mobilith_frame *frame) {
  const size_t bytes = given->struct_bytes;
  memset(frame, 0, sizeof *frame);
  if (bytes < sizeof *frame) return MOBILITH_INVALID_ARGUMENT; /* of no version: this is the first */
  for (size_t i = sizeof *frame; i < bytes; i++)
    if (((const uint8_t *)given)[i] != 0) return MOBILITH_WRONG_VERSION;
  *frame = *given;
  return MOBILITH_OK;
}

/* From the start to behind the last of `rows` rows; LARGEST_FRAME + 1 where that is more. */
static uint64_t plane_end(uint64_t start, uint64_t row, uint64_t used, uint64_t rows) {
  const uint64_t too_much = (uint64_t)LARGEST_FRAME + 1;
  if (start > LARGEST_FRAME || row > LARGEST_FRAME || used > LARGEST_FRAME) return too_much;
  const uint64_t end = start + row * (rows - 1) + used; /* rows are below 2^31 */
  return end <= LARGEST_FRAME ? end : too_much;
}

static mobilith_status check_region(const mobilith_port *port, int resizes, mobilith_frame *f) {
  if (f->x == 0 && f->y == 0 && f->width == 0 && f->height == 0) {
    f->width = port->width, f->height = port->height;
    return MOBILITH_OK;
  }
  if (f->x < 0 || f->y < 0 || f->width < 1 || f->height < 1) return MOBILITH_WRONG_REGION;
  if (f->width > port->width || f->height > port->height) return MOBILITH_WRONG_REGION;
  if (f->x > port->width - f->width || f->y > port->height - f->height) return MOBILITH_WRONG_REGION;
  if (!resizes && (f->width != port->width || f->height != port->height)) return MOBILITH_WRONG_REGION;
  return MOBILITH_OK;
}

static mobilith_status check_frame(const mobilith_port *port, int resizes, const mobilith_frame *given,
                                   int32_t values[MOBILITH_FRAME_VALUES]) {
  mobilith_frame f;
  const mobilith_status taken = take_frame(given, &f);
  if (taken != MOBILITH_OK) return taken;
  if (!f.pixels) return MOBILITH_INVALID_ARGUMENT;
  const uint64_t height = (uint64_t)port->height;
  if (f.row_bytes == 0) f.row_bytes = port->row_bytes;
  if (f.row_bytes < port->row_bytes) return MOBILITH_WRONG_STRIDE;
  uint64_t end = plane_end(0, f.row_bytes, port->row_bytes, height);
  if (end > LARGEST_FRAME) return MOBILITH_WRONG_STRIDE;
  if (port_format(port) == MOBILITH_NV12) {
    if (f.chroma_row_bytes == 0) f.chroma_row_bytes = f.row_bytes;
    if (f.chroma_offset == 0) f.chroma_offset = f.row_bytes * port->height;
    if (f.chroma_row_bytes < port->row_bytes || f.chroma_offset < end) return MOBILITH_WRONG_STRIDE;
    end = plane_end(f.chroma_offset, f.chroma_row_bytes, port->row_bytes, height / 2);
    if (end > LARGEST_FRAME) return MOBILITH_WRONG_STRIDE;
  } else if (f.chroma_row_bytes != 0 || f.chroma_offset != 0) {
    return MOBILITH_WRONG_STRIDE;
  }
  if (f.bytes < end) return MOBILITH_WRONG_SIZE;
  const mobilith_status region = check_region(port, resizes, &f);
  if (region != MOBILITH_OK) return region;
  const int32_t all[MOBILITH_FRAME_VALUES] = {(int32_t)f.row_bytes,
                                              (int32_t)f.chroma_offset,
                                              (int32_t)f.chroma_row_bytes,
                                              f.x,
                                              f.y,
                                              f.width,
                                              f.height};
  memcpy(values, all, sizeof all);
  return MOBILITH_OK;
}

#endif
