#ifndef MOBILITH_MAPPING_WINDOWS_H
#define MOBILITH_MAPPING_WINDOWS_H

#include "windows_api.h"

/* The view keeps the file; the handles are for making it alone. */
static void *view_of(HANDLE file, size_t *bytes) {
  LARGE_INTEGER size;
  if (GetFileType(file) != FILE_TYPE_DISK || !GetFileSizeEx(file, &size)) return NULL;
  if (size.QuadPart <= 0 || (uint64_t)size.QuadPart > SIZE_MAX) return NULL;
  const HANDLE section = CreateFileMappingA(file, NULL, PAGE_READONLY, 0, 0, NULL);
  if (!section) return NULL;
  void *address = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
  CloseHandle(section);
  *bytes = (size_t)size.QuadPart;
  return address;
}

static const uint8_t *map_file(const char *path, size_t *bytes, mapping *mapped) {
  mapped->address = NULL;
  const HANDLE file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                                  OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
  if (file == INVALID_HANDLE_VALUE) return NULL;
  mapped->address = view_of(file, &mapped->bytes);
  CloseHandle(file);
  if (mapped->address) *bytes = mapped->bytes;
  return mapped->address;
}

static void unmap_file(mapping *mapped) {
  if (mapped->address) UnmapViewOfFile(mapped->address);
  mapped->address = NULL;
}

#endif
