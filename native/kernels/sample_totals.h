// From row sums to the value and to what the gradient is made of. One block: thread t takes rows t, t + 256, …, then a fixed tree,
// in fp64. Per kind, with f the factor of the value:
//
//   Renyi         constants: c = 2 f / (sigma^2 sum K) and its shift
//   KDE           arrays: c_i = f / (N sigma^2 (K1)_i), shifts
//   diffusion     degrees: arrays 0 = b_i; then arrays 1, 2 = n_i, H_i; slopes: arrays 3, 4 = c_i = -f tau_i / (2 N sigma^2 D_i), shifts
//   nearest       constants: -2 f / (d sum m)
//   divergence    constants: pairs (c, shift) of K11, K12, K22
//   information   constants, three of K and three of L, and arrays 0, 1 = rho of both (product_terms.h)
//   conditional   constants: s; arrays: r / A_1, r / A_2, -2 G / s (or -2 G r), c (conditional_terms.h)
#pragma once

#include "kernels/log_sums.h"
#include "kernels/sample_entropy_parameters.h"

namespace gibbs::kernels {

// All threads of the block call, and get the same.
class TotalsBlock {
 public:
  GIBBS_DEVICE double sum(double own) const {
    own = put(lanes_sum(own));
    return lanes_sum(own);
  }
  GIBBS_DEVICE double maximum(double own) const {
    own = lanes_max(own);
    own = put(own, -Limits<double>::infinity());
    return lanes_max(own);
  }
  template <class F>
  GIBBS_DEVICE double sum_rows(int64_t rows, F f) const {
    double own = 0;
    each_row(rows, [&](int64_t i) GIBBS_INLINE { own += f(i); });
    return sum(own);
  }
  template <class F>
  GIBBS_DEVICE void each_row(int64_t rows, F f) const {
    GIBBS_UNROLL_BY(1)
    for (int64_t i = thread_index(); i < rows; i += kTotalsThreads) f(i);
  }

 private:
  static GIBBS_DEVICE double put(double own, double identity = 0) {
    double* const scratch = reinterpret_cast<double*>(shared_memory());
    block_barrier();
    if (lane_index() == 0) scratch[warp_index()] = own;
    block_barrier();
    return lane_index() < kTotalsThreads / kWarp ? scratch[lane_index()] : identity;
  }
};

GIBBS_DEVICE void write_real(void* reals, int64_t at, int32_t wide, double value) {
  if (wide) {
    static_cast<double*>(reals)[at] = value;
  } else {
    static_cast<float*>(reals)[at] = float(value);
  }
}
GIBBS_DEVICE void write_value(const SampleTotalsParameters& p, double value) {
  if (p.value != nullptr && thread_index() == 0) write_real(p.value, 0, p.wide, value);
}

// log sum_i sum_j e^(v_ij) of rows of (maximum, sum, …), pitch apart.
struct LogTotal {
  double maximum, sum;
  GIBBS_DEVICE double log_sum() const { return maximum + log(sum); }
};
GIBBS_DEVICE LogTotal log_total(const TotalsBlock& block, const double* rows, int64_t count, int pitch) {
  double own = -Limits<double>::infinity();
  block.each_row(count, [&](int64_t i) GIBBS_INLINE { own = rows[i * pitch] > own ? rows[i * pitch] : own; });
  const double maximum = block.maximum(own), origin = maximum == -Limits<double>::infinity() ? 0 : maximum;
  return {maximum, block.sum_rows(count, [&](int64_t i) GIBBS_INLINE { return rows[i * pitch + 1] * exp(rows[i * pitch] - origin); })};
}

GIBBS_DEVICE void kernel_totals(const TotalsBlock& block, const SampleTotalsParameters& p) {
  const double log_rows = log(double(p.rows));
  const auto log_density = [&](int64_t i) GIBBS_INLINE { return p.totals[3 * i] + log(p.totals[3 * i + 1]) - log_rows; };
  if (p.row_values != nullptr)
    block.each_row(p.rows, [&](int64_t i) GIBBS_INLINE { write_real(p.row_values, i, p.wide, p.unit * log_density(i)); });
  if (p.what == kTotalsRenyi) {
    const LogTotal total = log_total(block, p.totals, p.rows, 3);
    write_value(p, p.factor * -(total.log_sum() - 2 * log_rows));
    if (thread_index() == 0) {
      p.constants[0] = 4 * p.scale * p.factor / total.sum;
      p.constants[1] = total.maximum;
    }
    return;
  }
  const double sum = block.sum_rows(p.rows, log_density);
  write_value(p, p.factor * (-sum / double(p.rows)));
  if (p.arrays[0] == nullptr) return;
  block.each_row(p.rows, [&](int64_t i) GIBBS_INLINE {
    p.arrays[0][i] = 2 * p.scale * p.factor / (double(p.rows) * p.totals[3 * i + 1]);
    p.arrays[1][i] = p.totals[3 * i];
  });
}

GIBBS_DEVICE void diffusion_totals(const TotalsBlock& block, const SampleTotalsParameters& p) {
  if (p.what == kTotalsDegrees) {
    block.each_row(p.rows, [&](int64_t i) GIBBS_INLINE { p.arrays[0][i] = -0.5 * (p.totals[3 * i] + log(p.totals[3 * i + 1])); });
    return;
  }
  if (p.what == kTotalsSlopes) {  // totals of the degrees, other_totals the slopes
    block.each_row(p.rows, [&](int64_t i) GIBBS_INLINE {
      p.arrays[3][i] = -p.factor * p.scale * p.other_totals[i] / (double(p.rows) * p.totals[3 * i + 1]);
      p.arrays[4][i] = p.totals[3 * i];
    });
    return;
  }
  const double sum = block.sum_rows(p.rows, [&](int64_t i) GIBBS_INLINE {
    const double log_sum = log(p.totals[3 * i + 1]), entropy = log_sum - p.totals[3 * i + 2] / p.totals[3 * i + 1];
    p.arrays[1][i] = p.totals[3 * i] + log_sum;
    p.arrays[2][i] = entropy;
    if (p.row_values != nullptr) write_real(p.row_values, i, p.wide, p.unit * entropy);
    return entropy;
  });
  write_value(p, p.factor * (log(double(p.rows)) + sum / double(p.rows)));
}

GIBBS_DEVICE void nearest_totals(const TotalsBlock& block, const SampleTotalsParameters& p) {
  const double sum = block.sum_rows(p.rows, [&](int64_t i) GIBBS_INLINE {
    const double square = p.totals[2 * i + 1] < 0 ? Limits<double>::nan() : p.totals[2 * i] / double(p.dimensions);
    if (p.row_values != nullptr) write_real(p.row_values, i, p.wide, square);
    if (p.nearest != nullptr) p.nearest[i] = int64_t(p.totals[2 * i + 1]);
    return square;
  });
  write_value(p, p.factor * -log(sum / double(p.rows)));
  if (thread_index() == 0) p.constants[0] = sum == 0 ? 0 : -2 * p.factor / (double(p.dimensions) * sum);
}

GIBBS_DEVICE void divergence_totals(const TotalsBlock& block, const SampleTotalsParameters& p) {
  const LogTotal own = log_total(block, p.totals, p.rows, 3), cross = log_total(block, p.cross_totals, p.rows, 3),
                 other = log_total(block, p.other_totals, p.other_rows, 3);
  const double log_x = log(double(p.rows)), log_y = log(double(p.other_rows));
  // Each mean in parentheses: where the samples are the same, so are all three, and the value is exactly 0.
  write_value(p, p.factor * ((-2 * (cross.log_sum() - (log_x + log_y)) + (own.log_sum() - (log_x + log_x))) +
                             (other.log_sum() - (log_y + log_y))));
  if (thread_index() != 0) return;
  const double factor = 4 * p.scale * p.factor;
  p.constants[0] = -factor / own.sum;
  p.constants[1] = own.maximum;
  p.constants[2] = factor / cross.sum;
  p.constants[3] = cross.maximum;
  p.constants[4] = -factor / other.sum;
  p.constants[5] = other.maximum;
}

GIBBS_DEVICE void information_totals(const TotalsBlock& block, const SampleTotalsParameters& p) {
  const auto sum = [&](int s) GIBBS_INLINE { return block.sum_rows(p.rows, [&](int64_t i) GIBBS_INLINE { return p.totals[5 * i + s]; }); };
  const auto rows = [&](int s, int t) GIBBS_INLINE {
    return block.sum_rows(p.rows, [&](int64_t i) GIBBS_INLINE { return p.totals[5 * i + s] * p.totals[5 * i + t]; });
  };
  const double k = sum(0), l = sum(1), product = sum(2), k_square = sum(3), l_square = sum(4);
  const double cross = rows(0, 1), of_k = rows(0, 0), of_l = rows(1, 1);
  const double information = log(product) + log(k) + log(l) - 2 * log(cross);
  double value = information, scale = 1, share_k = 0, share_l = 0;
  if (p.normalised) {
    const double own = log(k_square) + 2 * log(k) - 2 * log(of_k), other = log(l_square) + 2 * log(l) - 2 * log(of_l);
    // What does not vary holds no information: 0, not the quotient of two roundings.
    const double rounding = 1e-14 * (1 + absolute(log(of_k)) + absolute(log(of_l)));
    const bool none = own <= rounding || other <= rounding;
    scale = none ? 0 : 1 / square_root(own * other);
    value = none ? 0 : information * scale;
    share_k = none ? 0 : -value / (2 * own);
    share_l = none ? 0 : -value / (2 * other);
  }
  write_value(p, p.factor * value);
  const double p1 = p.factor * scale, q_k = p.factor * share_k, q_l = p.factor * share_l;
  const double outer_k = -2 * p.scale, outer_l = -2 * p.other_scale;
  if (thread_index() == 0) {
    p.constants[0] = outer_k * (2 * p1 + 4 * q_k) / k;
    p.constants[1] = outer_k * 2 * p1 / product;
    p.constants[2] = outer_k * 4 * q_k / k_square;
    p.constants[3] = outer_l * (2 * p1 + 4 * q_l) / l;
    p.constants[4] = outer_l * 2 * p1 / product;
    p.constants[5] = outer_l * 4 * q_l / l_square;
  }
  block.each_row(p.rows, [&](int64_t i) GIBBS_INLINE {
    const double a = p.totals[5 * i], b = p.totals[5 * i + 1];
    p.arrays[0][i] = outer_k * (-2 * p1 * b / cross - 4 * q_k * a / of_k);
    p.arrays[1][i] = outer_l * (-2 * p1 * a / cross - 4 * q_l * b / of_l);
  });
}

GIBBS_DEVICE void conditional_totals(const TotalsBlock& block, const SampleTotalsParameters& p) {
  const auto r = [&](int64_t i) GIBBS_INLINE {
    const double norm = p.totals[5 * i];
    return 1 / (p.squared ? norm : norm * norm);
  };
  const double targets = block.sum_rows(p.rows, [&](int64_t i) GIBBS_INLINE { return r(i) * p.totals[5 * i + 1]; });
  const double predictions = block.sum_rows(p.rows, [&](int64_t i) GIBBS_INLINE { return r(i) * p.totals[5 * i + 2]; });
  // A_3 = sum e^maximum.
  double own = -Limits<double>::infinity();
  block.each_row(p.rows, [&](int64_t i) GIBBS_INLINE { own = p.totals[5 * i + 3] > own ? p.totals[5 * i + 3] : own; });
  const double maximum = block.maximum(own), origin = maximum == -Limits<double>::infinity() ? 0 : maximum;
  const double sum = block.sum_rows(
      p.rows, [&](int64_t i) GIBBS_INLINE { return r(i) * p.totals[5 * i + 4] * exp(p.totals[5 * i + 3] - origin); });
  write_value(p, p.factor * (log(targets) + log(predictions) - 2 * (maximum + log(sum))));
  if (p.arrays[0] == nullptr) return;
  if (thread_index() == 0) p.constants[0] = maximum;
  block.each_row(p.rows, [&](int64_t i) GIBBS_INLINE {
    const double* const t = p.totals + 5 * i;
    const double own_r = r(i);
    const double slope = own_r * t[1] / targets + own_r * t[2] / predictions - 2 * own_r * t[4] * exp(t[3] - origin) / sum;
    p.arrays[0][i] = own_r / targets;
    p.arrays[1][i] = own_r / predictions;
    p.arrays[2][i] = -2 * slope * (p.squared ? own_r : 1 / t[0]);
    p.arrays[3][i] = own_r / sum;
  });
}

GIBBS_DEVICE void sample_totals(const SampleTotalsParameters& p) {
  const TotalsBlock block;
  if (p.what == kTotalsNothing) return write_value(p, 0);
  if (p.what == kTotalsRenyi || p.what == kTotalsKde) {
    kernel_totals(block, p);
  } else if (p.what == kTotalsNearest) {
    nearest_totals(block, p);
  } else if (p.what == kTotalsDivergence) {
    divergence_totals(block, p);
  } else if (p.what == kTotalsInformation) {
    information_totals(block, p);
  } else if (p.what == kTotalsConditional) {
    conditional_totals(block, p);
  } else {
    diffusion_totals(block, p);
  }
}

}  // namespace gibbs::kernels
