/* The caller's buffers: whether they are the ports', and what is copied to them out of the arena. */
#ifndef MOBILITH_PORTS_H
#define MOBILITH_PORTS_H

#include <stddef.h>
#include <string.h>

#include "mobilith_abi.h"

/* Of one element of a mobilith_type; 0: there is no such type. */
static size_t element_bytes(int32_t type) {
  switch (type) {
    case MOBILITH_F32:
      return sizeof(float);
    case MOBILITH_U8:
    case MOBILITH_I8:
      return 1;
    default:
      return 0;
  }
}

/* Ports of later libraries are longer. */
#define PORT_BYTES_BEFORE_FRAMES offsetof(mobilith_port, format)

static const mobilith_port *port_at(const mobilith_port *ports, size_t i) {
  return (const mobilith_port *)((const char *)ports + i * ports->struct_bytes);
}

static int32_t port_format(const mobilith_port *port) {
  return port->struct_bytes > PORT_BYTES_BEFORE_FRAMES ? port->format : MOBILITH_NO_FRAME;
}

/* A null pointer anywhere is told before a wrong size. */
static mobilith_status check_buffers(const mobilith_port *ports, size_t count, const void *const *buffers,
                                     const size_t *bytes) {
  for (size_t i = 0; i < count; i++)
    if (!buffers[i]) return MOBILITH_INVALID_ARGUMENT;
  for (size_t i = 0; i < count; i++)
    if (bytes[i] != port_at(ports, i)->bytes) return MOBILITH_WRONG_SIZE;
  return MOBILITH_OK;
}

/* Bytes as they are, whatever the float mode. */
static void copy_output(const mobilith_copy *copy, const mobilith_port *port, const uint8_t *arena,
                        uint8_t *output) {
  const uint8_t *from = arena + copy->offset;
  const size_t element = element_bytes(port->type);
  const size_t stride = copy->channel_stride * element, used = (size_t)port->channels * element;
  for (int32_t y = 0; y < port->height; y++, output += port->row_bytes) {
    uint8_t *to = output;
    if (stride == port->pixel_bytes) {
      memcpy(to, from, (size_t)port->width * stride);
      from += (size_t)port->width * stride;
      continue;
    }
    for (int32_t x = 0; x < port->width; x++, from += stride, to += port->pixel_bytes) memcpy(to, from, used);
  }
}

#endif
