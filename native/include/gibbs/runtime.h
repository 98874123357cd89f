/* The library itself, devices, memory, streams and events. See gibbs.h. */
#ifndef GIBBS_RUNTIME_H
#define GIBBS_RUNTIME_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define GIBBS_ABI_VERSION 1

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
  GIBBS_STRUCT_GLOBAL_MASK = 7,
  GIBBS_STRUCT_TOKEN_SET = 8,
  GIBBS_STRUCT_ROW_ENTROPY = 9,
  GIBBS_STRUCT_SAMPLE_ENTROPY = 10,
  GIBBS_STRUCT_SPECTRAL_ENTROPY = 11,
  GIBBS_STRUCT_POLICY_LOSS = 12,
  GIBBS_STRUCT_POLICY_METRICS = 13,
  GIBBS_STRUCT_GROUP_ADVANTAGE = 14,
  GIBBS_STRUCT_TOKEN_STATISTICS = 15,
  GIBBS_STRUCT_ROW_DIVERGENCE = 16,
  GIBBS_STRUCT_ENTROPY_PENALTY = 17,
  GIBBS_STRUCT_BATCH_ENTROPY = 18,
  GIBBS_STRUCT_CONDITIONAL_CLASS_ENTROPY = 19,
  GIBBS_STRUCT_SINKHORN = 20,
  GIBBS_STRUCT_TRANSPORT_RESULT = 21,
  GIBBS_STRUCT_TRANSPORT_PLAN = 22,
  GIBBS_STRUCT_TRANSPORT_ROUNDING = 23,
  GIBBS_STRUCT_TRANSPORT_GRADIENT = 24,
  GIBBS_STRUCT_SINKHORN_DIVERGENCE = 25,
  GIBBS_STRUCT_WASSERSTEIN = 26,
  GIBBS_STRUCT_BURES_WASSERSTEIN = 27,
  GIBBS_STRUCT_WASSERSTEIN_BARYCENTER = 28,
  GIBBS_STRUCT_SINKHORN_NEWTON = 29,
  GIBBS_STRUCT_SPARSE_TRANSPORT = 30,
  GIBBS_STRUCT_DOUBLY_STOCHASTIC = 31,
  GIBBS_STRUCT_BALANCED_ASSIGNMENT = 32,
  GIBBS_STRUCT_ELASTIC_MAP = 33,
  GIBBS_STRUCT_ENTROPY_COUPLING = 34,
  GIBBS_STRUCT_MONGE_GAP = 35,
  GIBBS_STRUCT_MONGE_GAP_RESULT = 36,
  GIBBS_STRUCT_INVERSE_TRANSPORT = 37,
  GIBBS_STRUCT_INVERSE_TRANSPORT_RESULT = 38
} gibbs_struct;

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

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_RUNTIME_H */
