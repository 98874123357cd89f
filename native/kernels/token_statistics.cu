// Token statistics in both arithmetic types.
#include "kernels/token_statistics.h"

namespace gibbs::kernels {

#define GIBBS_TOKEN_STATISTICS_KERNELS(name, R)                                                                      \
  GIBBS_KERNEL(gibbs_token_statistics_##name, TokenStatisticsParameters<R>, kStatisticsThreads, token_statistics<R>) \
  GIBBS_KERNEL(gibbs_token_scores_##name, TokenStatisticsParameters<R>, kStatisticsThreads, token_scores<R>)         \
  GIBBS_KERNEL(gibbs_token_marks_##name, TokenStatisticsParameters<R>, kStatisticsThreads, token_marks<R>)
GIBBS_TOKEN_STATISTICS_KERNELS(f32, float)
GIBBS_TOKEN_STATISTICS_KERNELS(f64, double)

}  // namespace gibbs::kernels
