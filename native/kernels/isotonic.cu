// Isotonic regression: solution, result and gradient.
#include "kernels/isotonic.h"
#include "kernels/order_gradient.h"
#include "kernels/pool_violators.h"
#include "kernels/typed_kernels.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_isotonic_tile_f32, OrderParameters, kOrderThreads, pool_tile<Isotonic<float>>)
GIBBS_KERNEL(gibbs_isotonic_tile_f64, OrderParameters, kOrderThreads, pool_tile<Isotonic<double>>)
GIBBS_KERNEL(gibbs_isotonic_cut_f32, OrderParameters, kOrderThreads, pool_cut<Isotonic<float>>)
GIBBS_KERNEL(gibbs_isotonic_cut_f64, OrderParameters, kOrderThreads, pool_cut<Isotonic<double>>)
GIBBS_KERNEL(gibbs_isotonic_fill_f32, OrderParameters, kOrderThreads, pool_fill<Isotonic<float>>)
GIBBS_KERNEL(gibbs_isotonic_fill_f64, OrderParameters, kOrderThreads, pool_fill<Isotonic<double>>)

template <class T>
GIBBS_DEVICE void isotonic_store(const OrderParameters& p) {
  order_store<T, Isotonic<Real<T>>>(p);
}

GIBBS_TYPED_KERNELS(gibbs_isotonic_store, OrderParameters, kOrderThreads, isotonic_store)
GIBBS_TYPED_KERNELS(gibbs_isotonic_upstream, OrderParameters, kOrderThreads, isotonic_upstream)
GIBBS_TYPED_KERNELS(gibbs_isotonic_gradient, OrderParameters, kOrderThreads, isotonic_gradient)

}  // namespace gibbs::kernels
