// Merging the tallies of rows, whatever their type.
#include "kernels/row_tally.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_row_tally, RowTallyParameters, kTallyThreads, row_tally)

}  // namespace gibbs::kernels
