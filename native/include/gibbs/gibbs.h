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
  GIBBS_STRUCT_ROW_STATISTICS_F64 = 3,
  GIBBS_STRUCT_ROW_MAP = 4,
  GIBBS_STRUCT_FENCHEL_YOUNG = 5,
  GIBBS_STRUCT_MASK_TENSOR = 6,
  GIBBS_STRUCT_GLOBAL_MASK = 7
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
  GIBBS_ROW_ALL_MASKED = 6,
  GIBBS_ROW_INVALID_PARAMETER = 7, /* a row's own parameter (row_parameters, alphas) outside the documented range */
  GIBBS_ROW_INFEASIBLE = 8,        /* no point satisfies the constraints: a total that the bounds cannot reach */
  GIBBS_ROW_ZERO_NORM = 9          /* a zero row has no direction: sphere, and tangent at a zero point */
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

/* ---- row maps: projections, proximal maps, masks, soft sorting ------------------------------------------------------------- */

/* y = map(x) for every row x of [rows, columns]; "parameter" is the row's own (row_parameters) or the scalar of that name.
 * Formula, complexity and source of each map stand with its factory in C# (RowMap.cs). */
typedef enum gibbs_map {
  GIBBS_MAP_SIMPLEX = 1,        /* onto {y >= 0, sum y = radius}                                    parameter radius >= 0 */
  GIBBS_MAP_ENTMAX = 2,         /* y_j = ((a-1) x_j - tau)_+^(1/(a-1)), sum y = 1                   parameter alpha in (1, 8] */
  GIBBS_MAP_NORMMAX = 3,        /* argmax <p, x> - |p|_alpha over the simplex                       parameter alpha in (1, 8] */
  GIBBS_MAP_CAPPED_SIMPLEX = 4, /* onto {0 <= y <= cap, sum y = total}                              parameter total >= 0, second cap > 0 */
  GIBBS_MAP_BOX_SECTION = 5,    /* onto {lower <= y <= upper, <weights, y> = total}                 parameter total */
  GIBBS_MAP_L1_BALL = 6,        /* onto {sum weights |y| <= radius}                                 parameter radius >= 0 */
  GIBBS_MAP_L2_BALL = 7,        /* onto {|y|_2 <= radius}                                           parameter radius >= 0 */
  GIBBS_MAP_LINF_BALL = 8,      /* clip(x, -radius, radius)                                         parameter radius >= 0 */
  GIBBS_MAP_SPARSE_SIMPLEX = 9, /* the count largest, onto the simplex                              parameter radius >= 0, count */
  GIBBS_MAP_L0_BALL = 10,       /* the count largest |x|                                            count */
  GIBBS_MAP_SOFT_THRESHOLD = 11,/* sign(x) (|x| - t)_+                                              parameter t >= 0 */
  GIBBS_MAP_HARD_THRESHOLD = 12,/* x where |x| > t                                                  parameter t >= 0 */
  GIBBS_MAP_ELASTIC_NET = 13,   /* sign(x) (|x| - t)_+ / (1 + ridge)                                parameter t >= 0, second ridge >= 0 */
  GIBBS_MAP_MCP = 14,           /* firm threshold                                                   parameter t >= 0, second gamma > 1 */
  GIBBS_MAP_SCAD = 15,          /*                                                                  parameter t >= 0, second a > 2 */
  GIBBS_MAP_HUBER = 16,         /* prox of step Huber_delta                                         parameter step >= 0, second delta > 0 */
  GIBBS_MAP_GROUP_LASSO = 17,   /* x_g (1 - t w_g / |x_g|)_+                                        parameter t >= 0; groups */
  GIBBS_MAP_L1INF_BALL = 18,    /* onto {sum_g max |y_g| <= radius}                                 parameter radius >= 0; groups */
  GIBBS_MAP_LINF1_PROX = 19,    /* prox of t max_g |x_g|_1 = x - l1inf_ball(x, t)                   parameter t >= 0; groups */
  GIBBS_MAP_GROUP_ENVELOPE = 20,/* prox of step S, S the (weighted group) sparse envelope; without groups S is half the squared
                                   k-support norm                                                   parameter step >= 0, second k > 0; groups */
  GIBBS_MAP_N_OF_M = 21,        /* the count largest |x| of every group_size                        count, group_size <= 64 */
  GIBBS_MAP_ISOTONIC = 22,      /* weighted least squares under y_1 <= y_2 <= ... (flags: descending) */
  GIBBS_MAP_SOFT_SORT = 23,     /* soft sort                                                        parameter epsilon > 0 */
  GIBBS_MAP_SOFT_RANK = 24,     /* soft rank, 1 to V                                                parameter epsilon > 0 */
  GIBBS_MAP_PERMUTAHEDRON = 25, /* onto the convex hull of the permutations of weights */
  GIBBS_MAP_SPHERE = 26,        /* radius x / |x|_2                                                 parameter radius > 0 */
  GIBBS_MAP_TANGENT = 27        /* x - w <w, x> / <w, w>, w = point */
} gibbs_map;

enum {
  GIBBS_MAP_DESCENDING = 1, /* isotonic, soft sort, soft rank */
  GIBBS_MAP_ENTROPIC = 2    /* soft sort, soft rank, permutahedron: entropic regularisation in place of quadratic */
};

/* One block for the map, its sparse form and its gradient; what is null is absent, or not computed. All pointers are device pointers. */
typedef struct gibbs_row_map {
  uint32_t struct_size;
  int32_t type; /* gibbs_type of matrices */
  int64_t rows, columns;
  int32_t map;    /* gibbs_map */
  int32_t flags;  /* GIBBS_MAP_DESCENDING | GIBBS_MAP_ENTROPIC */
  int32_t regime; /* GIBBS_REGIME_AUTOMATIC, or _WARP, _SHARED, _TWO_PASS (read again from memory) for tests */
  int32_t reserved;
  double parameter, second;
  int64_t count, group_size; /* groups of equal size, the last may be shorter; 0: none, or group_offsets */

  /* inputs */
  const void* input; /* x; of the gradient only where the map needs it: linf1 prox, soft sort, soft rank, permutahedron */
  int64_t input_stride;
  const void* point; /* tangent: w */
  int64_t point_stride;
  const void* row_parameters;    /* real [rows], in place of parameter */
  const void* column_parameters; /* real [columns], in place of parameter: soft threshold to Huber */
  const void* weights;           /* real [columns]: box section, l1 ball (> 0, default 1), isotonic (> 0, default 1), permutahedron (required) */
  const void* lower;             /* real [columns], finite, default 0: box section */
  const void* upper;             /* real [columns], default +inf */
  const int32_t* group_offsets;  /* [groups + 1], from 0 to columns, not decreasing */
  int64_t groups;                /* with group_offsets */
  const void* group_weights;     /* real [groups], > 0, default 1: group lasso (t w_g), envelope (sum w_g u_g <= k) */
  const void* group_scales;      /* real [groups], > 0, default 1: envelope (d_g |x_g|^2 / u_g) */

  /* outputs of gibbs_row_map_run */
  void* output; /* y; may be the input itself */
  int64_t output_stride;
  void* thresholds;      /* real [rows]: what the gradient asks for; see RowMap.cs */
  int64_t* support_size; /* [rows]: entries of y that are not 0 */
  void* values;          /* real [rows]: the envelope S(x) */
  uint8_t* mask;         /* [rows, columns] 0 or 1: n of m, l0 ball */
  int64_t mask_stride;
  void* compressed;      /* type [rows, columns / group_size * count]: n of m, the kept values in order of index; columns a multiple of group_size */
  int64_t compressed_stride;
  uint8_t* metadata;     /* [rows, columns / group_size * count], the index in its group of each compressed value */
  int64_t metadata_stride;
  uint8_t* status;       /* [rows] gibbs_row_status */

  /* outputs of gibbs_row_map_sparse: rows in compressed sparse form; simplex, entmax, sparse simplex */
  int64_t* row_offsets;  /* [rows + 1], always written whole; row_offsets[rows] above capacity says that values and indices are incomplete */
  int32_t* indices;      /* [capacity] */
  void* sparse_values;   /* type [capacity] */
  int64_t capacity;

  /* the gradient: further inputs ... */
  const void* result; /* y */
  int64_t result_stride;
  const void* saved_thresholds; /* real [rows]: l1, l2 and l1,inf balls, linf1 prox, envelope, sphere */
  const void* upstream;         /* v [rows, columns] */
  int64_t upstream_stride;
  /* ... and outputs */
  void* gradient; /* type [rows, columns]: sum_j v_j dy_j/dx_i; may be upstream itself */
  int64_t gradient_stride;
  void* parameter_gradient;        /* real [rows]: sum_j v_j dy_j/dparameter */
  void* second_gradient;           /* real [rows]: the same of second: ridge, gamma, a, delta, cap, k */
  void* column_parameter_gradient; /* real [columns]: sum over rows, with column_parameters */

  void* workspace; /* as everywhere: 256-byte aligned, at least what the query says, or null */
  int64_t workspace_bytes;
} gibbs_row_map;

/* The bytes that run, sparse and gradient need at most for these arguments. */
GIBBS_API gibbs_status gibbs_row_map_workspace(gibbs_device* device, const gibbs_row_map* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_row_map_run(gibbs_device* device, gibbs_stream stream, const gibbs_row_map* arguments);
GIBBS_API gibbs_status gibbs_row_map_sparse(gibbs_device* device, gibbs_stream stream, const gibbs_row_map* arguments);
GIBBS_API gibbs_status gibbs_row_map_gradient(gibbs_device* device, gibbs_stream stream, const gibbs_row_map* arguments);

/* ---- Fenchel-Young losses -------------------------------------------------------------------------------------------------- */

/* loss = r sum_j q_j (Omega*(z) - z_j), q_j = w_j ((1-s) 1[j=y] + s/V), Omega*(z) = max_p <p, z> + H_alpha(p) over the simplex, H_alpha the
 * Tsallis entropy (1 - sum p^alpha) / (alpha (alpha - 1)); gradient = r (sum q) p - r q, p = entmax_alpha(z). alpha 2: sparsemax loss.
 * Reduction, normaliser, ignore index and row statuses are those of softmax cross-entropy. */
typedef struct gibbs_fenchel_young {
  uint32_t struct_size;
  int32_t type;
  int64_t rows, columns;
  const void* logits;
  int64_t logits_stride;
  const void* targets;
  const void* class_weights; /* real [columns] */
  const void* row_weights;   /* real [rows] */
  const void* alphas;        /* real [rows], in place of alpha */
  const void* normaliser;    /* real [1], read on the device */
  int32_t target_type;
  int32_t reduction;
  int32_t regime; /* as gibbs_row_map */
  int32_t has_normaliser_value;
  int64_t ignore_index;
  double alpha; /* in (1, 8] */
  double label_smoothing;
  double normaliser_value;

  void* losses;   /* real [rows] */
  void* loss;     /* real [1] */
  void* gradient; /* type [rows, columns]; may be the logits themselves */
  int64_t gradient_stride;
  void* probabilities; /* type [rows, columns]: p */
  int64_t probabilities_stride;
  int64_t* support_size; /* [rows] */
  uint8_t* status;
  int64_t* valid_rows;   /* [1] */
  void* normaliser_used; /* real [1] */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_fenchel_young;

GIBBS_API gibbs_status gibbs_fenchel_young_workspace(gibbs_device* device, const gibbs_fenchel_young* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_fenchel_young_run(gibbs_device* device, gibbs_stream stream, const gibbs_fenchel_young* arguments);

/* ---- masks over many tensors ------------------------------------------------------------------------------------------------ */

typedef enum gibbs_mask_score {
  GIBBS_SCORE_MAGNITUDE = 0,       /* |w| */
  GIBBS_SCORE_SIGNAL_TO_NOISE = 1, /* |w / other|, other the standard deviation */
  GIBBS_SCORE_SENSITIVITY = 2,     /* |w other|, other the gradient */
  GIBBS_SCORE_GIVEN = 3            /* other itself: any score of the caller's */
} gibbs_mask_score;

typedef struct gibbs_mask_tensor {
  const void* weights; /* type [length], contiguous; not read by GIBBS_SCORE_GIVEN, may then be null */
  const void* other;   /* type [length], by the score */
  uint8_t* mask;       /* [length] 0 or 1, or null */
  void* masked;        /* type [length]: weights where the mask is 1, else 0; may be weights itself; or null */
  int64_t length;
} gibbs_mask_tensor;

/* Keeps the entries with the count largest scores over all tensors together; ties go to the lower tensor, then to the lower index; a NaN
 * score is the least. */
typedef struct gibbs_global_mask {
  uint32_t struct_size;
  int32_t type;
  int32_t score;
  int32_t reserved;
  const gibbs_mask_tensor* tensors; /* host memory, read before the call returns */
  int64_t tensor_count;
  int64_t count;   /* to keep, from 0 to the sum of lengths */
  void* threshold; /* real [1], device: the least kept score, +inf where count is 0; or null */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_global_mask;

GIBBS_API gibbs_status gibbs_global_mask_workspace(gibbs_device* device, const gibbs_global_mask* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_global_mask_run(gibbs_device* device, gibbs_stream stream, const gibbs_global_mask* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_H */
