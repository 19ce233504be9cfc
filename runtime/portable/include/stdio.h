#pragma once
#include "system.h"
typedef struct FILE FILE;
#define SEEK_SET 0
#define SEEK_END 2
FILE *fopen(const char *restrict, const char *restrict);
size_t fread(void *restrict, size_t, size_t, FILE *restrict);
int fseek(FILE *, long, int);
long ftell(FILE *);
int fclose(FILE *);
