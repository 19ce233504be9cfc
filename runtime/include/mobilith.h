/* Mobilith's runtime: runs a generated library. C99, no dependency beyond libc (and threads where more than
 * one is asked).
 *
 * A model is constant data in the generated library, shared by any number of threads. A session belongs to
 * one thread at a time. No function here prints, aborts or sets errno on purpose. A shared object that links
 * a library and the runtime keeps their symbols to itself: what it offers are functions of its author's.
 *
 * Growth. Structures grow at their end alone, and each has struct_bytes at a place that never changes, so
 * that programs compiled with any version of this header, since 0.1.0's, run with any later runtime. Of a
 * structure that we give, struct_bytes says how much is there. Of mobilith_options, which the caller fills
 * in, it says how much the caller knows: mobilith_options_init sets it.
 *
 * Stack. A thread that calls mobilith_run, or that an executor runs tasks on, needs as much as the library's
 * manifest.json says under memory.stack_bytes: kernels, the runtime, and 16 KB for the thread's own
 * bookkeeping and the C library. Thread-local variables, signal handlers and callbacks of the application
 * come on top. A session's own threads have the system's default, which is larger.
 *
 * fork(). A child may run and destroy any session of its parent, whatever the parent's threads did with it at
 * the time, and may make new ones. A session of the parent runs on one thread there: its threads are not in
 * the child, and its executor is no longer called. Bits are the same. A run in the child takes no lock and no
 * memory. Where the caller's memory (options->memory) is shared by both processes, only one of them may use
 * the session. A profiling callback may fork: in the child, too, the run goes on when it returns, unless the
 * child used the session inside; then that run ends with MOBILITH_BUSY. An executor may fork: in the child,
 * the run that called it ends with that status. In a child of vfork(), and where a signal handler
 * that interrupted a function of ours has forked and returns to it, nothing is promised.
 *
 * Signals. A session's own threads block all signals but those that a thread's own instruction raises
 * (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS) and SIGPROF, so that handlers run on the application's
 * threads. A handler that interrupts a function of ours changes nothing, whether it restarts system calls or
 * not; it may not call mobilith_session_create or mobilith_session_destroy, nor use the session that it
 * interrupted.
 *
 * Re-entry. A profiling callback or an executor that runs the session it was called for gets MOBILITH_BUSY,
 * and the run around it goes on as if nothing had been; it may run others.
 *
 * Leaving by force. Callbacks and executors must return: no exception, longjmp, pthread_exit or asynchronous
 * cancellation may pass through a function of ours, on any thread. The program may end then, and the session
 * can neither be run nor destroyed. mobilith_run is no cancellation point; the others may be. */
#ifndef MOBILITH_H
#define MOBILITH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mobilith_model mobilith_model;     /* opaque: defined by the generated library */
typedef struct mobilith_session mobilith_session; /* opaque: made by mobilith_session_create */

typedef enum mobilith_status {
  MOBILITH_OK = 0,
  MOBILITH_INVALID_ARGUMENT = 1, /* a null pointer, a thread count below 1 or above 64, misaligned memory;
                                    options->struct_bytes of no version */
  MOBILITH_WRONG_SIZE = 2, /* bytes of an input, an output or memory, or the number of inputs or outputs,
                              are not what the model needs */
  MOBILITH_OUT_OF_MEMORY = 3,
  MOBILITH_UNSUPPORTED_CPU = 4, /* this CPU lacks an instruction set that the library was generated for, or
                                   $MOBILITH_CPU names none of the library's CPUs */
  MOBILITH_WRONG_VERSION = 5,   /* library and runtime come from incompatible generators, or options ask for
                                   what only a later runtime can do; the library's tables are none of ours */
  MOBILITH_THREAD_FAILURE = 6,  /* the operating system refused a thread, or has none */
  MOBILITH_KERNEL_FAILURE = 7,  /* a kernel reported an error: never seen in a sound build */
  MOBILITH_NO_WEIGHTS = 8,      /* the library's weights are in a file that is not named, or can't be read */
  MOBILITH_WRONG_WEIGHTS = 9,   /* that file is cut, damaged, of another version or of another library */
  MOBILITH_BUSY = 10,           /* the session is in a run, whose callback or executor has used it */
  MOBILITH_WRONG_STRIDE = 11,   /* rows of a frame are nearer to each other than their bytes, or farther than
                                 2^31 bytes hold, or its planes overlap */
  MOBILITH_WRONG_REGION = 12    /* a region that is empty, or not all in the frame, or of a frame that is not
                                 resized */
} mobilith_status;

/* What a model is. Strings and the struct live as long as the library. A library for several CPUs has one for
 * each. */
typedef struct mobilith_model_info {
  const char *name;    /* the library's name */
  const char *network; /* "mobilenet_v1", ...; "custom": blocks in an order of the model file's own */
  const char *cpu;     /* the LLVM CPU name the kernels in use were compiled for */
  double alpha;        /* 0 of a custom network, as the next */
  int32_t depth_multiplier;
  int32_t input_height, input_width, input_channels; /* NHWC, N = 1 */
  int32_t classes;                                   /* of the classifier; 0: none of the outputs is one's */
  size_t input_bytes, output_bytes;                  /* of the first input and the first output */
  size_t weights_bytes; /* in the library's read-only section, or in the weights file; of all its CPUs */
  size_t arena_bytes;   /* activations */
  /* 1: softmax (they sum to 1) or sigmoids applied; 0: logits, or values of whatever a network without either
   * was trained for */
  int32_t output_is_probabilities;
  int32_t kernels;         /* steps of one run */
  int32_t vector_bits;     /* widest vectors that the kernels use */
  size_t struct_bytes;     /* here 0.1.0's ends */
  int32_t inputs, outputs; /* how many ports of each there are */
} mobilith_model_info;

typedef enum mobilith_type {
  MOBILITH_F32 = 0, /* float, of the machine's byte order */
  MOBILITH_U8 =
      1,          /* a byte from 0 to 255; of both, scale and zero point are macros of the library's header */
  MOBILITH_I8 = 2 /* from -128 to 127 */
} mobilith_type;

/* What the bytes of an input are that is a camera's frame. */
typedef enum mobilith_format {
  MOBILITH_NO_FRAME = 0, /* a tensor of mobilith_type */
  MOBILITH_RGB8 = 1,     /* three bytes a pixel */
  MOBILITH_BGR8 = 2,
  MOBILITH_RGBA8 = 3, /* four bytes a pixel; the fourth is not read */
  MOBILITH_GRAY8 = 4, /* one */
  MOBILITH_NV12 = 5,  /* rows of Y, a byte a pixel; behind them rows of U and V in turns, one row for each two
                         and one pair for each two pixels of it. BT.601, 16 to 235 */
  MOBILITH_YUYV = 6   /* Y, U, Y, V of two pixels. The same */
} mobilith_format;

/* An input or an output. Value (y, x, c) of its buffer is the one at byte y * row_bytes + x * pixel_bytes +
 * c times its type's size. Of a generated library all ports are dense: pixel_bytes is channels times that
 * size, and row_bytes is width * pixel_bytes, whatever CPU its kernels are for. Of a frame channels are the
 * bytes of a pixel, of MOBILITH_NV12 those of the first plane. Lives as long as the library. */
typedef struct mobilith_port {
  size_t struct_bytes;
  const char *name; /* "input"; of an output its block's, as the manifest lists them: "separable_5", "head" */
  int32_t type;     /* a mobilith_type */
  int32_t height, width, channels; /* of a classifier 1, 1, classes */
  size_t pixel_bytes, row_bytes;
  size_t bytes;   /* of the whole buffer: what mobilith_run_ports asks for */
  int32_t format; /* a mobilith_format; there if struct_bytes says so, else MOBILITH_NO_FRAME */
} mobilith_port;

/* One executed kernel, given to the profiling callback on the thread that called mobilith_run. */
typedef struct mobilith_profile {
  int32_t index;      /* 0 to kernels - 1 */
  const char *name;   /* the block, e.g. "separable_3" */
  const char *kernel; /* the kernel, shared by equal shapes */
  double seconds;
  int64_t madds; /* multiply-adds of this step */
  int64_t bytes; /* activations read and written plus weights read, each once */
  /* what the step wrote, valid during the callback: float32, (y, x, c). Of a quantised library u8, in blocks
   * of channels, each with all pixels, in an order of the CPU's: not for reading */
  const void *output;
  int32_t output_height, output_width, output_channels;
  int32_t output_channel_stride; /* values from one pixel to the next: channels padded to the vector */
  size_t struct_bytes;           /* here 0.1.0's ends */
} mobilith_profile;

/* Runs task(task_context, i) once for every i in [0, count), in any order, on any threads, and returns when
 * all that it began are done. What it leaves out, because it has no thread for it, say, the calling thread
 * does afterwards. */
typedef void (*mobilith_parallel_for)(void *context, int32_t count,
                                      void (*task)(void *task_context, int32_t i), void *task_context);

typedef struct mobilith_options {
  int32_t threads; /* 1 to 64; 1 creates no thread and takes no lock */
  void *memory;    /* the caller's memory for activations, 64-byte aligned, at least mobilith_session_bytes();
                      null: the session allocates its own. Must outlive the session. */
  size_t memory_bytes;
  /* the caller's executor, called with count = threads; null: the session's own threads */
  mobilith_parallel_for parallel_for;
  void *parallel_for_context;
  void (*profile)(void *context, const mobilith_profile *); /* null: none, and no clock is read */
  void *profile_context;
  /* Where a library generated with --weights-file finds its weights (others ignore these): a file, which is
   * mapped read-only, so that all sessions and processes share it; or its bytes in memory, 64-byte aligned,
   * which must outlive the session. */
  const char *weights_file;
  const void *weights;
  size_t weights_bytes;
  /* sizeof(mobilith_options), as mobilith_options_init sets it; 0: nothing behind this member is there. Bytes
   * that this runtime doesn't know must be zero, or they ask for what it can't do: MOBILITH_WRONG_VERSION. */
  size_t struct_bytes;
  /* 1: the session reads a copy of its weights that is its own, in pages of 2 MB, which cost fewer walks
   * through page tables. mobilith_session_create makes it, of what this CPU's kernels read alone, on the
   * heap, also beside the caller's `memory`: N sessions have N copies. A weights file is checked as ever, and
   * let go once it is copied. Where there is nothing to win or no memory for it, a session reads weights
   * where they are, as with 0, and no status says so: on other systems than Linux, of kernels that read less
   * than 2 MB, without transparent huge pages in the kernel. Where these are switched off ("never"), the
   * copy's pages are small. Bits are the same. Another value is a later runtime's: MOBILITH_WRONG_VERSION. */
  int32_t large_pages;
  int32_t reserved; /* zero, as what this runtime doesn't know */
} mobilith_options;

/* Of the CPU whose kernels a session would use here: the library's best that this CPU can run, or the one
 * that the environment variable MOBILITH_CPU names; where there is none, the library's least demanding one.
 * Null for null or a wrong version. */
const mobilith_model_info *mobilith_model_describe(const mobilith_model *model);
/* The input or output of this number, 0 to info->inputs - 1 or info->outputs - 1, of the model that
 * mobilith_model_describe describes. Null for any other number, for null, or a wrong version. */
const mobilith_port *mobilith_model_input(const mobilith_model *model, int32_t index);
const mobilith_port *mobilith_model_output(const mobilith_model *model, int32_t index);

/* 0.1.0's options had no size: what was compiled with that header has the functions' plain names in it, and
 * the runtime takes no more from those than 0.1.0's members. Programs compiled with this header call those
 * whose names end in _2, by the same plain names. Programs that declare the functions themselves, as other
 * languages do, may call either. */
#define mobilith_options_init(options) mobilith_options_init_2((options), sizeof(mobilith_options))
#define mobilith_session_bytes mobilith_session_bytes_2
#define mobilith_session_create mobilith_session_create_2

/* mobilith_options_init(options): threads = 1, struct_bytes as the caller's header has it, the rest zero;
 * does nothing for null. bytes: sizeof(mobilith_options). */
void mobilith_options_init_2(mobilith_options *options, size_t bytes);
/* Bytes that options->memory needs for this model and options->threads (null options: one thread). 0 for bad
 * arguments. */
size_t mobilith_session_bytes_2(const mobilith_model *model, const mobilith_options *options);
/* options may be null and is copied, weights_file is read. On failure *session is null. */
mobilith_status mobilith_session_create_2(const mobilith_model *model, const mobilith_options *options,
                                          mobilith_session **session);
/* Of a model with one input and one output; any other is of a wrong size.
 * input: NHWC, info->input_bytes; output: info->output_bytes; values of their ports' types. Both may be
 * unaligned to anything but those; they must not overlap. Allocates nothing; same bits on every run and for
 * every number of threads: kernels compute in the calling thread's floating-point mode (rounding, denormals)
 * on every thread. Where a NaN in the input reaches a value of the output, that value is NaN. */
mobilith_status mobilith_run(mobilith_session *session, const void *input, size_t input_bytes, void *output,
                             size_t output_bytes);
/* The same for any number of inputs and outputs, in the order of mobilith_model_input and
 * mobilith_model_output: inputs[i] has input_bytes[i] bytes, which must be that port's. All must be there,
 * none may overlap another one. An output in the middle of the network is written right after its block, the
 * others meanwhile; when the run fails, outputs may hold anything. Arrays and buffers are the caller's, and
 * are not kept. */
mobilith_status mobilith_run_ports(mobilith_session *session, size_t inputs_count, const void *const *inputs,
                                   const size_t *input_bytes, size_t outputs_count, void *const *outputs,
                                   const size_t *output_bytes);
/* A frame where it lies, and which part of it. */
typedef struct mobilith_frame {
  size_t struct_bytes;     /* sizeof(mobilith_frame); bytes that this runtime doesn't know must be zero */
  const void *pixels;      /* the first row; nothing outside of its rows' own bytes is read */
  size_t bytes;            /* that are there from `pixels` on: at least to the end of the last row */
  size_t row_bytes;        /* from one row to the next; 0: the port's */
  size_t chroma_offset;    /* of MOBILITH_NV12, from `pixels` to its second plane; 0: height * row_bytes */
  size_t chroma_row_bytes; /* there, from one row to the next; 0: row_bytes */
  /* The region, in pixels, of a library that resizes. Width and height 0: the whole frame. */
  int32_t x, y, width, height;
} mobilith_frame;

/* As mobilith_run_ports, of a model whose one input is a frame (mobilith_port's format); any other is a
 * MOBILITH_INVALID_ARGUMENT. mobilith_run and mobilith_run_ports take a whole frame whose rows follow each
 * other without a gap. */
mobilith_status mobilith_run_frame(mobilith_session *session, const mobilith_frame *frame,
                                   size_t outputs_count, void *const *outputs, const size_t *output_bytes);
/* Null is allowed. A session that is destroyed by its own callback or executor goes when the run returns. */
void mobilith_session_destroy(mobilith_session *session);
const char *mobilith_status_message(mobilith_status status); /* never null */

#ifdef __cplusplus
}
#endif
#endif
