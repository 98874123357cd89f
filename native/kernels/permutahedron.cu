// Soft sort, soft rank and the permutahedron: solution, result and gradient, by regulariser.
#include "kernels/order_gradient.h"
#include "kernels/permutahedron.h"
#include "kernels/pool_violators.h"
#include "kernels/typed_kernels.h"

namespace gibbs::kernels {

#define GIBBS_PERMUTAHEDRON(name, Problem)                                                          \
  GIBBS_KERNEL(gibbs_##name##_tile_f32, OrderParameters, kOrderThreads, pool_tile<Problem<float>>)  \
  GIBBS_KERNEL(gibbs_##name##_tile_f64, OrderParameters, kOrderThreads, pool_tile<Problem<double>>) \
  GIBBS_KERNEL(gibbs_##name##_cut_f32, OrderParameters, kOrderThreads, pool_cut<Problem<float>>)    \
  GIBBS_KERNEL(gibbs_##name##_cut_f64, OrderParameters, kOrderThreads, pool_cut<Problem<double>>)   \
  GIBBS_KERNEL(gibbs_##name##_fill_f32, OrderParameters, kOrderThreads, pool_fill<Problem<float>>)  \
  GIBBS_KERNEL(gibbs_##name##_fill_f64, OrderParameters, kOrderThreads, pool_fill<Problem<double>>) \
  template <class T>                                                                                \
  GIBBS_DEVICE void name##_store(const OrderParameters& p) {                                        \
    order_store<T, Problem<Real<T>>>(p);                                                            \
  }                                                                                                 \
  template <class T>                                                                                \
  GIBBS_DEVICE void name##_upstream(const OrderParameters& p) {                                     \
    order_upstream<T, Problem<Real<T>>>(p);                                                         \
  }                                                                                                 \
  template <class T>                                                                                \
  GIBBS_DEVICE void name##_gradient(const OrderParameters& p) {                                     \
    order_gradient<T, Problem<Real<T>>>(p);                                                         \
  }                                                                                                 \
  GIBBS_TYPED_KERNELS(gibbs_##name##_store, OrderParameters, kOrderThreads, name##_store)           \
  GIBBS_TYPED_KERNELS(gibbs_##name##_upstream, OrderParameters, kOrderThreads, name##_upstream)     \
  GIBBS_TYPED_KERNELS(gibbs_##name##_gradient, OrderParameters, kOrderThreads, name##_gradient)

GIBBS_PERMUTAHEDRON(quadratic, QuadraticPermutahedron)
GIBBS_PERMUTAHEDRON(entropic, EntropicPermutahedron)

}  // namespace gibbs::kernels
