/* The layout that a generated library and the runtime share. Not for applications; not installed.
 * The generator writes constants of these structs with LLVM (generator/package/model_constant.cpp): a change
 * here is a change there, and a new MOBILITH_ABI_VERSION. Fields are pointers, size_t or fixed-size integers;
 * natural alignment. */
#ifndef MOBILITH_ABI_H
#define MOBILITH_ABI_H

#include "mobilith.h"

#define MOBILITH_ABI_VERSION 3u
/* Of a library that takes frames: what runtimes of version 3 alone would read as something else. The rest is
 * the same. */
#define MOBILITH_ABI_FRAMES 4u

/* What kernels see of the thread that runs them: Halide's user context. Kernels call back through these
 * pointers alone, so that a library imports nothing of the runtime. The runtime embeds one of these per
 * worker, first in its own struct. */
typedef struct mobilith_worker mobilith_worker;
typedef int32_t (*mobilith_task)(mobilith_worker *worker, int32_t index, uint8_t *closure);
struct mobilith_worker {
  /* Runs task(w, i, closure) for every i in [min, min + count), w being the worker that runs it; returns 0,
   * or the first non-zero result. Never called from inside a task. */
  int32_t (*parallel)(mobilith_worker *, mobilith_task task, int32_t min, int32_t count, uint8_t *closure);
  /* Scratch is a stack: allocate takes from the top (64-byte aligned), release gives back in reverse order.
   * The generated code does it inline: */
  uint8_t *scratch_top; /* next free byte, 64-byte aligned */
  uint8_t *scratch_end;
};

/* Returns 0 on success. operands: one pointer for each of the step's operands. */
typedef int32_t (*mobilith_kernel)(mobilith_worker *, void *const *operands);

typedef enum mobilith_space {
  MOBILITH_SPACE_INPUT = 0,   /* the caller's input of this port */
  MOBILITH_SPACE_OUTPUT = 1,  /* the caller's output of this port */
  MOBILITH_SPACE_ARENA = 2,   /* activations */
  MOBILITH_SPACE_WEIGHTS = 3, /* the model's constants */
  MOBILITH_SPACE_FRAME = 4    /* what the run says of its frame: MOBILITH_FRAME_VALUES numbers */
} mobilith_space;

/* int32_t each: bytes from row to row, from the frame's start to the chroma plane, from row to row of that;
 * the region's x, y, width, height; zero. The region lies in the frame. */
#define MOBILITH_FRAME_VALUES 8

typedef struct mobilith_operand {
  uint64_t offset; /* bytes from the start of the space */
  uint32_t space;  /* a mobilith_space */
  uint32_t port;   /* of an input or output; otherwise 0 */
} mobilith_operand;

#define MOBILITH_MAX_OPERANDS 16

typedef struct mobilith_step {
  mobilith_kernel kernel;
  const char *name; /* the block's */
  const char *kernel_name;
  int64_t madds, bytes;   /* for mobilith_profile */
  uint32_t first_operand; /* into mobilith_model.operands */
  uint32_t operands;      /* at most MOBILITH_MAX_OPERANDS; the last one is the step's output */
  int32_t output_height, output_width, output_channels, output_channel_stride;
} mobilith_step;

/* What is copied out of the arena after a step: an output that later steps read too, or whose pixels have
 * padding in the arena. Rows have none. */
typedef struct mobilith_copy {
  uint64_t offset;         /* of the first float, in the arena */
  uint32_t step, port;     /* after which step, to which output; in order of steps */
  uint32_t channel_stride; /* floats between pixels in the arena; the port has its own */
  uint32_t reserved;
} mobilith_copy;

/* Instruction sets that kernels may use, as bits; the runtime asks the CPU (and, for the vector state, the
 * system). x86-64 in bits 0 to 31; AArch64 in bits 32 to 47; RISC-V in bits 48 to 63. The generator compiles
 * with exactly the features that are here. */
#define MOBILITH_CPU_SSE3 (1ull << 0)
#define MOBILITH_CPU_SSSE3 (1ull << 1)
#define MOBILITH_CPU_SSE41 (1ull << 2)
#define MOBILITH_CPU_SSE42 (1ull << 3)
#define MOBILITH_CPU_POPCNT (1ull << 4)
#define MOBILITH_CPU_AVX (1ull << 5)
#define MOBILITH_CPU_F16C (1ull << 6)
#define MOBILITH_CPU_FMA (1ull << 7)
#define MOBILITH_CPU_AVX2 (1ull << 8)
#define MOBILITH_CPU_BMI (1ull << 9)
#define MOBILITH_CPU_BMI2 (1ull << 10)
#define MOBILITH_CPU_LZCNT (1ull << 11)
#define MOBILITH_CPU_MOVBE (1ull << 12)
#define MOBILITH_CPU_AVX512F (1ull << 13)
#define MOBILITH_CPU_AVX512CD (1ull << 14)
#define MOBILITH_CPU_AVX512DQ (1ull << 15)
#define MOBILITH_CPU_AVX512BW (1ull << 16)
#define MOBILITH_CPU_AVX512VL (1ull << 17)
#define MOBILITH_CPU_AVX512VNNI (1ull << 18)
#define MOBILITH_CPU_AVXVNNI (1ull << 19)
#define MOBILITH_CPU_AVX512BF16 (1ull << 20)
#define MOBILITH_CPU_AVX512FP16 (1ull << 21)
#define MOBILITH_CPU_AVX512VBMI (1ull << 22)
#define MOBILITH_CPU_AVX512IFMA (1ull << 23)
#define MOBILITH_CPU_AVX512VBMI2 (1ull << 24)
#define MOBILITH_CPU_AMXTILE (1ull << 25)
#define MOBILITH_CPU_CLZERO (1ull << 26) /* AMD's since Zen and Hygon's: additions run beside FMAs */
#define MOBILITH_CPU_NEON (1ull << 32)
#define MOBILITH_CPU_DOTPROD (1ull << 33)
#define MOBILITH_CPU_FP16 (1ull << 34)
#define MOBILITH_CPU_I8MM (1ull << 35)
#define MOBILITH_CPU_FHM (1ull << 36) /* products of f16 added to f32: FMLAL */
#define MOBILITH_CPU_BF16 (1ull << 37)
#define MOBILITH_CPU_RVV (1ull << 48)    /* RISC-V's V: vectors of at least 128 bits */
#define MOBILITH_CPU_ZVL256 (1ull << 49) /* ... of at least 256 bits */
#define MOBILITH_CPU_ZVL512 (1ull << 50)
#define MOBILITH_CPU_ZVL1024 (1ull << 51)

/* The kernels of one CPU, and what they run on. */
typedef struct mobilith_variant {
  const mobilith_model_info *info; /* info->cpu names it */
  uint64_t cpu_features;           /* MOBILITH_CPU_... that must be there */
  uint64_t cpu_identity;  /* those that tell the named CPU from others; kernels do without those that are not
                             in cpu_features */
  uint64_t arena_bytes;   /* activations: multiple of 64 */
  uint64_t scratch_bytes; /* scratch of worker 0, the thread that runs the session: multiple of 64 */
  uint64_t worker_bytes;  /* scratch of each further worker: multiple of 64; at most scratch_bytes */
  uint32_t steps_count;
  uint32_t operands_count;
  const mobilith_step *steps;
  const mobilith_operand *operands;
  uint32_t inputs_count, outputs_count; /* at least one each */
  uint32_t copies_count;
  uint32_t resizes; /* whether a run may say a region of its frame; else 0 */
  const mobilith_port *inputs, *outputs;
  const mobilith_copy *copies; /* null: none */
} mobilith_variant;

struct mobilith_model {
  uint32_t abi_version;  /* MOBILITH_ABI_VERSION */
  uint32_t struct_bytes; /* sizeof(mobilith_model) */
  uint32_t variants_count;
  uint32_t reserved;
  const mobilith_variant *variants; /* the one to prefer first */
  const uint8_t *weights;           /* all variants'; 64-byte aligned; null: in a file beside the library */
  uint64_t weights_bytes;
  uint64_t weights_checksum; /* of the file's contents: mobilith_weights.h; 0 where weights are inside */
};

#endif
