// What every order map shares: loading, statuses, sums over rows.
#include "kernels/order_gradient.h"
#include "kernels/order_rows.h"
#include "kernels/typed_kernels.h"

namespace gibbs::kernels {

GIBBS_TYPED_KERNELS(gibbs_order_load, OrderParameters, kOrderThreads, order_load)
GIBBS_KERNEL(gibbs_order_load_weights_f32, OrderParameters, kOrderThreads, order_load_weights<float>)
GIBBS_KERNEL(gibbs_order_load_weights_f64, OrderParameters, kOrderThreads, order_load_weights<double>)
GIBBS_KERNEL(gibbs_order_status_f32, OrderParameters, kOrderThreads, order_status<float>)
GIBBS_KERNEL(gibbs_order_status_f64, OrderParameters, kOrderThreads, order_status<double>)
GIBBS_KERNEL(gibbs_order_tile_sums_f32, OrderParameters, kOrderThreads, order_tile_sums<float>)
GIBBS_KERNEL(gibbs_order_tile_sums_f64, OrderParameters, kOrderThreads, order_tile_sums<double>)
GIBBS_KERNEL(gibbs_order_row_sums_f32, OrderParameters, kOrderThreads, order_row_sums<float>)
GIBBS_KERNEL(gibbs_order_row_sums_f64, OrderParameters, kOrderThreads, order_row_sums<double>)
GIBBS_KERNEL(gibbs_order_totals_f32, OrderParameters, kOrderThreads, order_totals<float>)
GIBBS_KERNEL(gibbs_order_totals_f64, OrderParameters, kOrderThreads, order_totals<double>)

}  // namespace gibbs::kernels
