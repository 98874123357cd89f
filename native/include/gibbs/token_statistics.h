/* Means, quantiles and extremes of numbers over tokens. See gibbs.h. */
#ifndef GIBBS_TOKEN_STATISTICS_H
#define GIBBS_TOKEN_STATISTICS_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gibbs_token_scope { GIBBS_SCOPE_BATCH = 0, GIBBS_SCOPE_SEQUENCE = 1 } gibbs_token_scope;

/* Over the tokens of a scope, those whose mask byte is not 0: count, mean (0 of none), quantile (linearly interpolated; NaN of
 * none, or where one is NaN), and which are among the k smallest or largest, ties to the lower index, NaN never. Scopes: 1, or
 * rows. */
typedef struct gibbs_token_statistics {
  uint32_t struct_size;
  int32_t type; /* float32 or float64 */
  int64_t rows, columns;
  int32_t scope;
  int32_t largest;
  double quantile;        /* in [0, 1] */
  double selected_share;  /* k as a share of the scope's tokens: rounded down, at least 1, 0 for share 0 */
  int64_t selected_count; /* k in its place; -1: none given */
  const void* values;
  int64_t values_stride;
  const uint8_t* mask; /* null: all are tokens */
  int64_t mask_stride;
  int64_t* counts;   /* [scopes] */
  void* means;       /* real [scopes] */
  void* quantiles;   /* real [scopes] */
  uint8_t* selected; /* [rows, columns]: 0 or 1; may be the mask itself */
  int64_t selected_stride;
  void* workspace;
  int64_t workspace_bytes;
} gibbs_token_statistics;

GIBBS_API gibbs_status gibbs_token_statistics_workspace(gibbs_device* device, const gibbs_token_statistics* arguments,
                                                        int64_t* bytes);
GIBBS_API gibbs_status gibbs_token_statistics_run(gibbs_device* device, gibbs_stream stream,
                                                  const gibbs_token_statistics* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_TOKEN_STATISTICS_H */
