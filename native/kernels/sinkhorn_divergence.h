// What a Sinkhorn divergence needs around its batch of three problems: a first look at the clouds, the batch laid out, its value,
// and gradients from those of the terms.
//
//   S = D(a, b) - D(a, a) / 2 - D(b, b) / 2 + eps / 2 (sum a - sum b)^2     D: dual values
//   dS/dx = d D(a, b)/dx - rows of the plan of W(a, a)     dS/da = f - h; relaxed (rho + eps) (exp(-h / rho) - exp(-f / rho))
//
// The plan of W(a, a) is symmetric: half its value's gradient by both of its clouds is that by one. Feydy et al., 2019; Sejourne
// et al., 2019.
#pragma once

#include "gibbs/gibbs.h"
#include "kernels/block_reduce.h"
#include "kernels/sinkhorn_divergence_parameters.h"

namespace gibbs::kernels {

using namespace gibbs::device;

// Everything for f(i) of count items, over the grid.
template <class F>
GIBBS_DEVICE void each_item(int64_t count, F f) {
  GIBBS_UNROLL_BY(1)
  for (int64_t i = int64_t(block_index()) * block_size() + thread_index(); i < count; i += int64_t(grid_size()) * block_size())
    f(i);
}

template <class R>
GIBBS_DEVICE double divergence_weight(const void* weights, int64_t i, int64_t count) {
  return weights != nullptr ? double(static_cast<const R*>(weights)[i]) : 1.0 / double(count);
}

// One block.
template <class R>
GIBBS_DEVICE void divergence_look(const DivergenceParameters& p) {
  CountedSum source{0, 0}, target{0, 0};  // count: what differs
  const bool same = p.rows == p.columns;
  const R* const x = static_cast<const R*>(p.x);
  const R* const y = static_cast<const R*>(p.y);
  for (int64_t i = thread_index(); i < p.rows; i += block_size()) {
    source.sum += divergence_weight<R>(p.source_weights, i, p.rows);
    if (!same) continue;
    source.count +=
        !(R(divergence_weight<R>(p.source_weights, i, p.rows)) == R(divergence_weight<R>(p.target_weights, i, p.columns)));
  }
  for (int64_t j = thread_index(); j < p.columns; j += block_size())
    target.sum += divergence_weight<R>(p.target_weights, j, p.columns);
  for (int64_t e = thread_index(); same && e < p.rows * p.dimensions; e += block_size()) {
    const int64_t i = e / p.dimensions, k = e % p.dimensions;
    // A NaN differs from none: such clouds have no value either way.
    target.count += x[i * p.x_stride + k] != y[i * p.y_stride + k];
  }
  source = block_reduce(source);
  target = block_reduce(target);
  if (thread_index() != 0) return;
  p.looks->masses[0] = p.source_weights == nullptr ? 1 : source.sum;
  p.looks->masses[1] = p.target_weights == nullptr ? 1 : target.sum;
  p.looks->equal = same && source.count + target.count == 0;
  p.source_offsets[0] = p.target_offsets[0] = 0;
  p.source_offsets[1] = p.rows;
  p.source_offsets[2] = 2 * p.rows;
  p.source_offsets[3] = 2 * p.rows + p.columns;
  p.target_offsets[1] = p.columns;
  p.target_offsets[2] = p.columns + p.rows;
  p.target_offsets[3] = p.rows + 2 * p.columns;
}

template <class R>
GIBBS_DEVICE void divergence_pack(const DivergenceParameters& p) {
  const int64_t d = p.dimensions, sources = 2 * p.rows + p.columns, targets = p.rows + 2 * p.columns;
  const R* const x = static_cast<const R*>(p.x);
  const R* const y = static_cast<const R*>(p.y);
  each_item(sources * d, [&](int64_t e) GIBBS_INLINE {
    const int64_t i = e / d, k = e % d;
    static_cast<R*>(p.sources)[e] = i < 2 * p.rows ? x[i % p.rows * p.x_stride + k] : y[(i - 2 * p.rows) * p.y_stride + k];
  });
  each_item(targets * d, [&](int64_t e) GIBBS_INLINE {
    const int64_t j = e / d, k = e % d, own = j - p.columns;
    const bool first = j < p.columns, source = !first && own < p.rows;
    static_cast<R*>(p.targets)[e] = source ? x[own * p.x_stride + k] : y[(first ? j : own - p.rows) * p.y_stride + k];
  });
  if (!p.weighs) return;
  // Clouds of one mass: all terms have the scaled weights. Masses that differ too much are left as they are, for the terms to
  // refuse.
  const double apart = absolute(p.looks->masses[0] - p.looks->masses[1]);
  const bool scales = p.held && p.target_weights != nullptr && apart != 0 && apart <= 1e-5 * p.looks->masses[0];
  const double factor = scales ? p.looks->masses[0] / p.looks->masses[1] : 1;
  each_item(sources, [&](int64_t i) GIBBS_INLINE {
    static_cast<R*>(p.packed_source_weights)[i] =
        R(i < 2 * p.rows ? divergence_weight<R>(p.source_weights, i % p.rows, p.rows)
                         : factor * divergence_weight<R>(p.target_weights, i - 2 * p.rows, p.columns));
  });
  each_item(targets, [&](int64_t j) GIBBS_INLINE {
    const int64_t own = j - p.columns;
    const bool first = j < p.columns, source = !first && own < p.rows;
    static_cast<R*>(p.packed_target_weights)[j] =
        R(source ? divergence_weight<R>(p.source_weights, own, p.rows)
                 : factor * divergence_weight<R>(p.target_weights, first ? j : own - p.rows, p.columns));
  });
}

// The gradient by a weight, without the constant of held marginals; own: the mean of both sides, which the gauge has moved apart.
GIBBS_DEVICE double divergence_slope(const DivergenceParameters& p, double potential, double own) {
  if (p.held) return potential - own;
  return (p.rho + p.epsilon) * exp(-potential / p.rho) * expm1((potential - own) / p.rho);
}
template <class R>
GIBBS_DEVICE double source_slope(const DivergenceParameters& p, int64_t i) {
  const R* const f = static_cast<const R*>(p.source_potentials);
  const R* const g = static_cast<const R*>(p.target_potentials);
  return divergence_slope(p, double(f[i]), 0.5 * (double(f[p.rows + i]) + double(g[p.columns + i])));
}
template <class R>
GIBBS_DEVICE double target_slope(const DivergenceParameters& p, int64_t j) {
  const R* const f = static_cast<const R*>(p.source_potentials);
  const R* const g = static_cast<const R*>(p.target_potentials);
  return divergence_slope(p, double(g[j]), 0.5 * (double(f[2 * p.rows + j]) + double(g[p.columns + p.rows + j])));
}

// One block: the value, and the constant of gradients by weights.
template <class R>
GIBBS_DEVICE void divergence_value(const DivergenceParameters& p) {
  CountedSum mine{0, 0}, others{0, 0};
  if (p.held && p.source_potentials != nullptr) {
    for (int64_t i = thread_index(); i < p.rows; i += block_size())
      mine.sum += source_slope<R>(p, i) * divergence_weight<R>(p.source_weights, i, p.rows);
    for (int64_t j = thread_index(); j < p.columns; j += block_size())
      others.sum += target_slope<R>(p, j) * divergence_weight<R>(p.target_weights, j, p.columns);
  }
  const double moment = block_reduce(mine).sum, other = block_reduce(others).sum;
  if (thread_index() != 0) return;
  const double* const masses = p.looks->masses;
  // Held masses are one: the terms have scaled weights.
  p.looks->shift = p.held ? (other * (masses[0] / masses[1]) - moment) / (2 * masses[0]) : 0;
  // Equal clouds are one problem.
  const bool equal = p.looks->equal != 0;
  const gibbs_transport_result* const source = p.terms + 1;
  const gibbs_transport_result* const cross = equal ? source : p.terms;
  const gibbs_transport_result* const target = equal ? source : p.terms + 2;
  const double gap = masses[0] - masses[1];
  const double value = cross->dual - 0.5 * (source->dual + target->dual) + (p.held ? 0 : 0.5 * p.epsilon * gap * gap);
  p.result->value = equal && value == value ? 0 : value;
  p.result->cross = *cross;
  p.result->source = *source;
  p.result->target = *target;
}

template <class R>
GIBBS_DEVICE void divergence_store(const DivergenceParameters& p) {
  const double value = p.result->value;
  const bool none = value != value, equal = p.looks->equal != 0;
  const int64_t d = p.dimensions;
  const auto chosen = [&](double gradient) GIBBS_INLINE { return R(none ? Limits<double>::nan() : equal ? 0 : gradient); };
  if (p.x_gradient != nullptr) {
    const R* const own = static_cast<const R*>(p.source_gradients);
    each_item(p.rows * d, [&](int64_t e) GIBBS_INLINE {
      static_cast<R*>(p.x_gradient)[e / d * p.x_gradient_stride + e % d] = chosen(double(own[e]) - double(own[p.rows * d + e]));
    });
  }
  if (p.y_gradient != nullptr) {
    const R* const own = static_cast<const R*>(p.target_gradients);
    each_item(p.columns * d, [&](int64_t e) GIBBS_INLINE {
      static_cast<R*>(p.y_gradient)[e / d * p.y_gradient_stride + e % d] =
          chosen(double(own[e]) - double(own[(p.columns + p.rows) * d + e]));
    });
  }
  const double shift = p.looks->shift;
  if (p.source_weight_gradient != nullptr)
    each_item(p.rows, [&](int64_t i)
                          GIBBS_INLINE { static_cast<R*>(p.source_weight_gradient)[i] = chosen(source_slope<R>(p, i) + shift); });
  if (p.target_weight_gradient != nullptr)
    each_item(p.columns, [&](int64_t j) GIBBS_INLINE {
      static_cast<R*>(p.target_weight_gradient)[j] = chosen(target_slope<R>(p, j) - shift);
    });
}

}  // namespace gibbs::kernels
