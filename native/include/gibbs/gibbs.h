/* gibbs.h: the C ABI of Gibbs, all that C#, or any other language, sees of the native library.
 *
 * Conventions
 *   - C99, no exceptions; every function returns a gibbs_status, and gibbs_last_error() gives the calling thread's last message:
 *     which argument, what was given, what would be right.
 *   - Argument blocks begin with their size: set struct_size = sizeof(the struct) and zero the rest. A larger struct than the library
 *     knows is accepted where its unknown tail is zero.
 *   - All work is ordered on the stream given (a CUstream; null is the legacy default stream) and asynchronous: no call synchronises,
 *     unless it says so, and operations may be captured into a CUDA graph.
 *   - Pointers named device are device pointers (under emulation, host pointers). Strides and offsets are 64-bit and count elements.
 *   - The arithmetic type, "real" below, is float for float32, float16 and bfloat16 data, and double for float64 data.
 *   - Entries push the device's primary context and restore the caller's; any thread may call.
 */
#ifndef GIBBS_H
#define GIBBS_H

#include <stdint.h>

#if defined(_WIN32)
#define GIBBS_API __declspec(dllexport)
#else
#define GIBBS_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define GIBBS_ABI_VERSION 1

typedef enum gibbs_status {
  GIBBS_OK = 0,
  GIBBS_INVALID_ARGUMENT = 1, /* the message names the argument */
  GIBBS_NO_DEVICE = 2,        /* no driver, no such device, or one that no embedded image fits */
  GIBBS_OUT_OF_MEMORY = 3,
  GIBBS_DRIVER_ERROR = 4,   /* the CUDA driver reported an error; the message holds its name */
  GIBBS_EMULATOR_ERROR = 5, /* deadlock, divergence or a missing barrier found by the emulator */
  GIBBS_INTERNAL_ERROR = 6
} gibbs_status;

typedef enum gibbs_runtime { GIBBS_RUNTIME_CUDA = 1, GIBBS_RUNTIME_EMULATED = 2 } gibbs_runtime;

typedef enum gibbs_type { GIBBS_FLOAT32 = 0, GIBBS_FLOAT64 = 1, GIBBS_FLOAT16 = 2, GIBBS_BFLOAT16 = 3 } gibbs_type;

typedef struct gibbs_device gibbs_device; /* opaque; one per ordinal, counted, usable from any thread */
typedef void* gibbs_stream;               /* a CUstream of the device's primary context */
typedef struct gibbs_event gibbs_event;   /* opaque */

/* ---- library ------------------------------------------------------------------------------------------------------------ */

GIBBS_API int32_t gibbs_abi_version(void);         /* GIBBS_ABI_VERSION of the library */
GIBBS_API int32_t gibbs_runtime_kind(void);        /* a gibbs_runtime */
GIBBS_API const char* gibbs_build_info(void);      /* version, compiler and embedded images, one line */
GIBBS_API const char* gibbs_last_error(void);      /* the calling thread's last message, never null */
GIBBS_API int32_t gibbs_size_of(int32_t which);    /* sizeof a struct by gibbs_struct, -1 for an unknown one */

typedef enum gibbs_struct {
  GIBBS_STRUCT_DEVICE_INFO = 0,
  GIBBS_STRUCT_SOFTMAX_CROSS_ENTROPY = 1,
  GIBBS_STRUCT_ROW_STATISTICS_F32 = 2,
  GIBBS_STRUCT_ROW_STATISTICS_F64 = 3
} gibbs_struct;

/* ---- devices, memory, streams, events ------------------------------------------------------------------------------------ */

typedef struct gibbs_device_info {
  uint32_t struct_size;
  int32_t ordinal;
  char name[128];
  int32_t compute_major, compute_minor;
  int32_t multiprocessors;
  int32_t driver_version; /* as cuDriverGetVersion: 1000 * major + 10 * minor; 0 under emulation */
  int64_t total_memory;   /* bytes */
  int64_t l2_bytes;
  int64_t shared_per_block; /* bytes, opt-in maximum */
  int32_t memory_clock_khz;
  int32_t memory_bus_bits;
} gibbs_device_info;

/* 0 where there is no driver; never fails for that reason. *reason (may be null) receives why there is none, or "". */
GIBBS_API gibbs_status gibbs_device_count(int32_t* count, const char** reason);
/* Retains the primary context and loads modules, functions and attributes; an operation never loads anything. */
GIBBS_API gibbs_status gibbs_device_open(int32_t ordinal, gibbs_device** device);
GIBBS_API gibbs_status gibbs_device_close(gibbs_device* device);
GIBBS_API gibbs_status gibbs_device_get_info(gibbs_device* device, gibbs_device_info* info);

GIBBS_API gibbs_status gibbs_stream_create(gibbs_device* device, gibbs_stream* stream); /* non-blocking */
GIBBS_API gibbs_status gibbs_stream_destroy(gibbs_device* device, gibbs_stream stream); /* never synchronises */
GIBBS_API gibbs_status gibbs_stream_synchronize(gibbs_device* device, gibbs_stream stream);

/* Stream-ordered. bytes = 0 gives null. */
GIBBS_API gibbs_status gibbs_memory_allocate(gibbs_device* device, gibbs_stream stream, int64_t bytes, void** pointer);
GIBBS_API gibbs_status gibbs_memory_free(gibbs_device* device, gibbs_stream stream, void* pointer);
/* Either side may be host or device memory (unified addressing). Asynchronous where the host side is pinned. */
GIBBS_API gibbs_status gibbs_memory_copy(gibbs_device* device, gibbs_stream stream, void* destination, const void* source, int64_t bytes);
GIBBS_API gibbs_status gibbs_memory_set(gibbs_device* device, gibbs_stream stream, void* destination, int32_t byte_value, int64_t bytes);
GIBBS_API gibbs_status gibbs_host_allocate(gibbs_device* device, int64_t bytes, void** pointer); /* pinned */
GIBBS_API gibbs_status gibbs_host_free(gibbs_device* device, void* pointer);
/* The device ordinal that owns a device pointer, -1 for memory the driver does not know. */
GIBBS_API gibbs_status gibbs_pointer_device(const void* pointer, int32_t* ordinal);

GIBBS_API gibbs_status gibbs_event_create(gibbs_device* device, gibbs_event** event);
GIBBS_API gibbs_status gibbs_event_destroy(gibbs_event* event);
GIBBS_API gibbs_status gibbs_event_record(gibbs_event* event, gibbs_stream stream);
GIBBS_API gibbs_status gibbs_event_synchronize(gibbs_event* event);
GIBBS_API gibbs_status gibbs_event_elapsed(gibbs_event* begin, gibbs_event* end, double* milliseconds);

/* Streams bytes from source to destination with 16-byte accesses: the limit that benchmarks compare with. destination may be null: a
 * plain read, whose checksum goes to sink. Pointers and bytes are multiples of 16. */
GIBBS_API gibbs_status gibbs_benchmark_copy(gibbs_device* device, gibbs_stream stream, void* destination, const void* source,
                                            int64_t bytes, uint32_t* sink);

/* ---- softmax cross-entropy ------------------------------------------------------------------------------------------------ */

typedef enum gibbs_row_status {
  GIBBS_ROW_OK = 0,
  GIBBS_ROW_IGNORED = 1,
  GIBBS_ROW_TARGET_OUT_OF_RANGE = 2,
  GIBBS_ROW_INVALID_TEMPERATURE = 3, /* a per-row temperature that is not positive and finite */
  GIBBS_ROW_NOT_A_NUMBER = 4,
  GIBBS_ROW_PLUS_INFINITY = 5,
  GIBBS_ROW_ALL_MASKED = 6
} gibbs_row_status;

typedef enum gibbs_reduction { GIBBS_REDUCTION_MEAN = 0, GIBBS_REDUCTION_SUM = 1, GIBBS_REDUCTION_NONE = 2 } gibbs_reduction;

typedef enum gibbs_target_type { GIBBS_TARGETS_NONE = 0, GIBBS_TARGETS_INT32 = 1, GIBBS_TARGETS_INT64 = 2 } gibbs_target_type;

/* The loss of the target's log-probability, l = -log p_y: what takes the place of l in the row's loss. */
typedef enum gibbs_target_loss {
  GIBBS_LOSS_CROSS_ENTROPY = 0, /* l */
  GIBBS_LOSS_FOCAL = 1,         /* (1 - p_y)^gamma l                                 gamma >= 0 (Lin et al. 2017) */
  GIBBS_LOSS_POLY1 = 2,         /* l + epsilon (1 - p_y)                             (PolyLoss, Leng et al. 2022) */
  GIBBS_LOSS_COMP_SUM = 3       /* (1 - p_y^(tau-1)) / (tau - 1), l at tau = 1       tau >= 0 (Mao, Mohri, Zhong 2023) */
} gibbs_target_loss;

/* How a row is mapped to threads. Results do not depend on it, to the bit; anything but automatic is for tests and benchmarks. */
typedef enum gibbs_regime {
  GIBBS_REGIME_AUTOMATIC = 0,
  GIBBS_REGIME_LANES = 1,     /* several rows per warp, a 16-byte pack per lane */
  GIBBS_REGIME_WARP = 2,      /* a warp per row: one segment, in registers */
  GIBBS_REGIME_BLOCK = 3,     /* a block per row, a segment per warp, in registers */
  GIBBS_REGIME_SHARED = 4,    /* a block per row, kept in shared memory */
  GIBBS_REGIME_TWO_PASS = 5,  /* a block per row, read twice for a gradient */
  GIBBS_REGIME_SPLIT = 6      /* a row split over blocks */
} gibbs_regime;

/* The saved statistics of a row: with u = softcap(z), x_j = (u_j - max u) / temperature. lse = maximum / temperature + log_sum. */
typedef struct gibbs_row_statistics_f32 {
  float maximum;     /* max_j u_j, before the temperature */
  float log_sum;     /* log sum_j exp(x_j), >= 0, accurate relative to itself */
  float mean_offset; /* sum_j p_j x_j, <= 0: entropy = log_sum - mean_offset */
  float target_mass; /* sum_j of the per-column target terms: soft targets smoothed and weighted, or the class weights where smoothing
                        uses them; otherwise 0 */
  int64_t argmax;    /* the first largest logit, -1 where there is none */
  int64_t unmasked;  /* count of logits above -inf where max_suppression needs it; otherwise 0 */
} gibbs_row_statistics_f32;

typedef struct gibbs_row_statistics_f64 {
  double maximum, log_sum, mean_offset, target_mass;
  int64_t argmax, unmasked;
} gibbs_row_statistics_f64;

/* One call, every output optional (null: not computed).
 *
 * Per row, z the effective logits (softcap, then temperature), p = softmax(z), s the smoothing, w class weights, r the row weight:
 *   loss = r [ (1-s) w_y phi(-log p_y) + (s/V) sum_j w_j (-log p_j) + lambda lse^2 - beta H
 *              + alpha (max z - mean z) + (nu/2) sum_j (z_j - c)^2 ]
 * soft targets q: loss = r [ sum_j w_j ((1-s) q_j + s/V) (-log p_j) + the further terms ].
 * mean divides the sum by sum r w_y over the valid rows (sum r for soft targets), 0 where there is none, or by the caller's normaliser. */
typedef struct gibbs_softmax_cross_entropy {
  uint32_t struct_size;
  int32_t type;        /* gibbs_type of logits, soft_targets and gradient */
  int64_t rows, columns;

  /* inputs, device */
  const void* logits;
  int64_t logits_stride;
  const void* targets; /* [rows], int32 or int64 by target_type */
  const void* soft_targets;
  int64_t soft_targets_stride;
  const void* class_weights;    /* real [columns] */
  const void* row_weights;      /* real [rows] */
  const void* row_temperatures; /* real [rows], in place of temperature */
  const void* normaliser;       /* real [1]: the divisor, in place of the computed one; read on the device, when the work runs */
  const void* saved_statistics; /* gibbs_softmax_cross_entropy_gradient only: [rows] gibbs_row_statistics_* of the same logits */
  const void* upstream;         /* gibbs_softmax_cross_entropy_gradient only: real [rows], or [1] with upstream_stride 0 */
  int64_t upstream_stride;
  int32_t target_type; /* gibbs_target_type */

  /* options */
  int32_t reduction;   /* gibbs_reduction */
  int32_t target_loss; /* gibbs_target_loss, phi */
  int32_t regime;      /* gibbs_regime */
  int32_t has_normaliser_value;
  int32_t reserved;
  int64_t ignore_index;
  double label_smoothing;       /* s, in [0, 1] */
  double z_loss;                /* lambda */
  double softcap;               /* c > 0 finite, 0 for none */
  double temperature;           /* > 0, finite */
  double entropy_weight;        /* beta */
  double target_loss_parameter; /* gamma, epsilon or tau */
  double max_suppression;       /* alpha (MaxSup, Zhou et al. 2025) */
  double logit_penalty;         /* nu (spectral decoupling, Pezeshki et al. 2021) */
  double logit_penalty_center;  /* c */
  double normaliser_value;      /* the divisor, where has_normaliser_value */

  /* outputs, device */
  void* losses;          /* real [rows] */
  void* loss;            /* real [1] */
  void* gradient;        /* type [rows, columns]; may be the logits themselves */
  int64_t gradient_stride;
  void* log_sum_exp;     /* real [rows] */
  void* entropy;         /* real [rows] */
  void* log_probability; /* real [rows] */
  int64_t* argmax;       /* [rows] */
  int64_t* rank;         /* [rows] */
  uint8_t* status;       /* [rows] gibbs_row_status */
  void* statistics;      /* [rows] gibbs_row_statistics_f32, _f64 for float64 */
  int64_t* valid_rows;   /* [1] */
  void* normaliser_used; /* real [1]: the divisor that mean used, or would use */

  /* scratch of at least the size that the query gives, 256-byte aligned; null: allocated on the stream and freed by the call */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_softmax_cross_entropy;

GIBBS_API gibbs_status gibbs_softmax_cross_entropy_workspace(gibbs_device* device, const gibbs_softmax_cross_entropy* arguments,
                                                             int64_t* bytes);
/* Statistics, loss, and loss with gradient: by the outputs that are given. */
GIBBS_API gibbs_status gibbs_softmax_cross_entropy_run(gibbs_device* device, gibbs_stream stream,
                                                       const gibbs_softmax_cross_entropy* arguments);
/* gradient = upstream_i * d loss_i / d logits from saved_statistics: one read, one write. With reduction mean also divided by the normaliser. */
GIBBS_API gibbs_status gibbs_softmax_cross_entropy_gradient(gibbs_device* device, gibbs_stream stream,
                                                            const gibbs_softmax_cross_entropy* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_H */
