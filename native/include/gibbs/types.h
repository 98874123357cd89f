/* Names that the whole C ABI shares: export, statuses, element types, handles, and what operations over rows have in common. See
 * gibbs.h. */
#ifndef GIBBS_TYPES_H
#define GIBBS_TYPES_H

#include <stdint.h>

#if defined(_WIN32)
#define GIBBS_API __declspec(dllexport)
#else
#define GIBBS_API __attribute__((visibility("default")))
#endif

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

typedef enum gibbs_row_status {
  GIBBS_ROW_OK = 0,
  GIBBS_ROW_IGNORED = 1,
  GIBBS_ROW_TARGET_OUT_OF_RANGE = 2,
  GIBBS_ROW_INVALID_TEMPERATURE = 3, /* a per-row temperature that is not positive and finite */
  GIBBS_ROW_NOT_A_NUMBER = 4,
  GIBBS_ROW_PLUS_INFINITY = 5,
  GIBBS_ROW_ALL_MASKED = 6,
  GIBBS_ROW_INVALID_PARAMETER = 7,    /* a row's own parameter (row_parameters, alphas) outside the documented range */
  GIBBS_ROW_INFEASIBLE = 8,           /* no point satisfies the constraints: a total that the bounds cannot reach */
  GIBBS_ROW_ZERO_NORM = 9,            /* a zero row has no direction: sphere, and tangent at a zero point */
  GIBBS_ROW_DISJOINT_SUPPORT = 10,    /* mass where the other distribution has none, and the divergence is +inf */
  GIBBS_ROW_INVALID_PROBABILITY = 11, /* a probability that is negative or above 1 */
  GIBBS_ROW_EMPTY_SET = 12            /* a set of tokens that holds none */
} gibbs_row_status;

typedef enum gibbs_reduction { GIBBS_REDUCTION_MEAN = 0, GIBBS_REDUCTION_SUM = 1, GIBBS_REDUCTION_NONE = 2 } gibbs_reduction;

typedef enum gibbs_target_type { GIBBS_TARGETS_NONE = 0, GIBBS_TARGETS_INT32 = 1, GIBBS_TARGETS_INT64 = 2 } gibbs_target_type;

/* How a row is mapped to threads. Results do not depend on it, to the bit; anything but automatic is for tests and benchmarks. */
typedef enum gibbs_regime {
  GIBBS_REGIME_AUTOMATIC = 0,
  GIBBS_REGIME_LANES = 1,    /* several rows per warp, a 16-byte pack per lane */
  GIBBS_REGIME_WARP = 2,     /* a warp per row: one segment, in registers */
  GIBBS_REGIME_BLOCK = 3,    /* a block per row, a segment per warp, in registers */
  GIBBS_REGIME_SHARED = 4,   /* a block per row, kept in shared memory */
  GIBBS_REGIME_TWO_PASS = 5, /* a block per row, read twice for a gradient */
  GIBBS_REGIME_SPLIT = 6     /* a row split over blocks */
} gibbs_regime;

#endif /* GIBBS_TYPES_H */
