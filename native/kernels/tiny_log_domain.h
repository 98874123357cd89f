// Alternating iterations in fp64 in the log domain, by a block, for a small matrix whose scalings leave the range of the type, or
// that no iteration can balance. With l = x / T, or the logarithm of the matrix itself:
//
//   phi_i = log a_i - log sum_j e^(l_ij + gamma_j),   gamma_j = log b_j - log sum_i e^(l_ij + phi_i),   P = e^(l + phi + gamma)
//   gradient   dl = Q P,  alpha_i = sum_j Q P,  beta_j = sum_i Q P;  backwards, with w = e^(l + phi + gamma) after a step:
//              dl_ij -= beta_j w_ij / b_j,  alpha_i -= sum_j beta_j w_ij / b_j;  rows likewise
//
// Of the iterations only one state per segment is kept, and those of the segment at hand. Rare: loops are left as they are, for
// the size of the kernels that hold this.
#pragma once

#include "kernels/tiny_values.h"

namespace gibbs::kernels {

class TinyLogDomain {
 public:
  GIBBS_DEVICE TinyLogDomain(const TinyParameters& parameters, double* shared)
      : p(parameters), n(parameters.rows), m(parameters.columns), t(int(thread_index())), step(int(block_size())) {
    const bool gradient = p.upstream != nullptr;
    l = shared;
    d = l + n * m;
    a = gradient ? d + n * m : d;
    b = a + n;
    alpha = b + m;
    beta = alpha + n;
    r = beta + m;
    c = r + n;
    now = c + m;
    flag = now + n + m;
    states = flag + 2;
  }

  // All threads of the block call. Writes the matrix or the gradient, its error and its status.
  template <class T>
  GIBBS_DEVICE void run(int64_t matrix, gibbs_transport_status refusal) {
    const TinyTargets<Real<T>> targets(p, matrix);
    block_barrier();
    GIBBS_UNROLL_BY(1)
    for (int i = t; i < n; i += step) a[i] = targets.row(i);
    GIBBS_UNROLL_BY(1)
    for (int j = t; j < m; j += step) b[j] = targets.column(j);
    if (t == 0) flag[0] = 0;
    block_barrier();
    GIBBS_UNROLL_BY(1)
    for (int e = t; e < n * m; e += step) {
      const double x = double(tiny_value<T>(p, matrix, e));
      l[e] = a[e / m] == 0 || b[e % m] == 0 ? -Limits<double>::infinity() : p.positive ? log(x) : x / p.temperature;
    }
    block_barrier();
    if (refusal == GIBBS_TRANSPORT_CONVERGED) {
      bool feasible = true;
      GIBBS_UNROLL_BY(1)
      for (int i = t; i < n; i += step) feasible &= a[i] == 0 || largest(i * m, 1, nullptr, m) > -Limits<double>::infinity();
      GIBBS_UNROLL_BY(1)
      for (int j = t; j < m; j += step) feasible &= b[j] == 0 || largest(j, m, nullptr, n) > -Limits<double>::infinity();
      if (!feasible) flag[0] = 1;  // all that write, write the same
      block_barrier();
      if (flag[0] != 0) refusal = GIBBS_TRANSPORT_INFEASIBLE;
    }
    if (p.status != nullptr && t == 0) p.status[matrix] = uint8_t(refusal);
    if (refusal != GIBBS_TRANSPORT_CONVERGED) {
      store<T>(matrix, nullptr);
      if (p.errors != nullptr && t == 0) static_cast<Real<T>*>(p.errors)[matrix] = Limits<Real<T>>::nan();
    } else {
      passes<T>(matrix);
    }
    block_barrier();
  }

 private:
  GIBBS_DEVICE double largest(int first, int stride, const double* potentials, int count) const {
    double result = -Limits<double>::infinity();
    GIBBS_UNROLL_BY(1)
    for (int k = 0; k < count; ++k)
      result = max_number(result, l[first + k * stride] + (potentials != nullptr ? potentials[k] : 0));
    return result;
  }
  // All iterations; for a gradient then segment after segment, the last first: its iterations again, and back through them.
  template <class T>
  GIBBS_DEVICE void passes(int64_t matrix) {
    GIBBS_UNROLL_BY(1)
    for (int i = t; i < n + m; i += step) now[i] = i >= n && b[i - n] == 0 ? -Limits<double>::infinity() : 0;
    block_barrier();
    const bool gradient = p.upstream != nullptr;
    GIBBS_UNROLL_BY(1)
    for (int pass = p.segments; pass >= (gradient ? 0 : p.segments); --pass) {
      const bool forward = pass == p.segments;
      const int rest = p.iterations - pass * p.segment, count = forward ? p.iterations : rest < p.segment ? rest : p.segment;
      if (!forward) copy(now, state(pass));
      GIBBS_UNROLL_BY(1)
      for (int k = 0; k < count; ++k) {
        if (forward && gradient && k % p.segment == 0) copy(state(k / p.segment), now);
        iterate();
        if (!forward) copy(state(p.segments + k), now);
      }
      if (forward && gradient) adjoints<T>(matrix);
      GIBBS_UNROLL_BY(1)
      for (int k = forward ? 0 : count; k > 0; --k)
        back(state(p.segments + k - 1), k == 1 ? state(pass) : state(p.segments + k - 2));
    }
    if (!gradient) return plan<T>(matrix);
    GIBBS_UNROLL_BY(1)
    for (int e = t; e < n * m; e += step) d[e] = p.positive ? d[e] : d[e] / p.temperature;
    block_barrier();
    store<T>(matrix, d);
  }

  // now = (phi, gamma): rows from columns, then columns from rows.
  GIBBS_DEVICE void iterate() {
    GIBBS_UNROLL_BY(1)
    for (int side = 0; side < 2; ++side) {
      const bool rows = side == 0;
      const int lines = rows ? n : m, length = rows ? m : n, stride = rows ? 1 : m;
      const double *target = rows ? a : b, *from = rows ? now + n : now;
      double* to = rows ? now : now + n;
      GIBBS_UNROLL_BY(1)
      for (int i = t; i < lines; i += step) {
        const int first = rows ? i * m : i;
        const double top = largest(first, stride, from, length);
        double sum = 0;
        GIBBS_UNROLL_BY(1)
        for (int k = 0; k < length && target[i] != 0; ++k) sum += exp(l[first + k * stride] + from[k] - top);
        to[i] = target[i] == 0 ? -Limits<double>::infinity() : log(target[i] / sum) - top;
      }
      block_barrier();
    }
  }
  GIBBS_DEVICE void copy(double* to, const double* from) {
    GIBBS_UNROLL_BY(1)
    for (int i = t; i < n + m; i += step) to[i] = from[i];
    block_barrier();
  }

  template <class T>
  GIBBS_DEVICE void store(int64_t matrix, const double* values) {
    T* result = static_cast<T*>(p.result);
    if (result == nullptr) return;
    GIBBS_UNROLL_BY(1)
    for (int e = t; e < n * m; e += step)
      result[matrix * p.result_stride + e] = From<T>::real(Real<T>(values != nullptr ? values[e] : Limits<double>::nan()));
  }

  template <class T>
  GIBBS_DEVICE void plan(int64_t matrix) {
    GIBBS_UNROLL_BY(1)
    for (int e = t; e < n * m; e += step) l[e] = exp(l[e] + now[e / m] + now[n + e % m]);
    block_barrier();
    store<T>(matrix, l);
    if (p.errors == nullptr || t != 0) return;
    double error = 0;
    GIBBS_UNROLL_BY(1)
    for (int i = 0; i < n; ++i) {
      double sum = 0;
      GIBBS_UNROLL_BY(1)
      for (int j = 0; j < m; ++j) sum += l[i * m + j];
      error += absolute(sum - a[i]);
    }
    GIBBS_UNROLL_BY(1)
    for (int j = 0; j < m; ++j) {
      double sum = 0;
      GIBBS_UNROLL_BY(1)
      for (int i = 0; i < n; ++i) sum += l[i * m + j];
      error += absolute(sum - b[j]);
    }
    static_cast<Real<T>*>(p.errors)[matrix] = Real<T>(error);
  }

  GIBBS_DEVICE double* state(int index) const { return states + index * (n + m); }

  // Of the matrix itself the gradient is by its entries, whose logarithm then leaves the exponent: zero entries have one too.
  GIBBS_DEVICE double weight(int e, double potential) const { return exp((p.positive ? 0 : l[e]) + potential); }

  // d, alpha and beta of P.
  template <class T>
  GIBBS_DEVICE void adjoints(int64_t matrix) {
    const T* upstream = static_cast<const T*>(p.upstream) + matrix * p.upstream_stride;
    GIBBS_UNROLL_BY(1)
    for (int e = t; e < n * m; e += step) d[e] = double(to_real(upstream[e])) * exp(l[e] + now[e / m] + now[n + e % m]);
    block_barrier();
    GIBBS_UNROLL_BY(1)
    for (int i = t; i < n; i += step) {
      alpha[i] = 0;
      GIBBS_UNROLL_BY(1)
      for (int j = 0; j < m; ++j) alpha[i] += d[i * m + j];
    }
    GIBBS_UNROLL_BY(1)
    for (int j = t; j < m; j += step) {
      beta[j] = 0;
      GIBBS_UNROLL_BY(1)
      for (int i = 0; i < n; ++i) beta[j] += d[i * m + j];
    }
    block_barrier();
    GIBBS_UNROLL_BY(1)
    for (int e = t; e < n * m && p.positive; e += step)
      d[e] = double(to_real(upstream[e])) * weight(e, now[e / m] + now[n + e % m]);
    block_barrier();
  }

  // Through one iteration; a thread owns a column's d and beta.
  GIBBS_DEVICE void back(const double* later, const double* earlier) {
    GIBBS_UNROLL_BY(1)
    for (int j = t; j < m; j += step) c[j] = b[j] == 0 ? 0 : beta[j] / b[j];
    block_barrier();
    GIBBS_UNROLL_BY(1)
    for (int i = t; i < n; i += step) {
      double sum = alpha[i];
      GIBBS_UNROLL_BY(1)
      for (int j = 0; j < m; ++j)
        if (b[j] != 0) sum -= c[j] * exp(l[i * m + j] + later[i] + later[n + j]);
      r[i] = a[i] == 0 ? 0 : sum / a[i];
      alpha[i] = 0;
    }
    block_barrier();
    GIBBS_UNROLL_BY(1)
    for (int j = t; j < m; j += step) {
      double sum = 0;
      GIBBS_UNROLL_BY(1)
      for (int i = 0; i < n; ++i) {
        const int e = i * m + j;
        if (a[i] == 0 || b[j] == 0) continue;
        d[e] -= c[j] * weight(e, later[i] + later[n + j]) + r[i] * weight(e, later[i] + earlier[n + j]);
        sum -= r[i] * exp(l[e] + later[i] + earlier[n + j]);
      }
      beta[j] = sum;
    }
    block_barrier();
  }

  const TinyParameters& p;
  int n, m, t, step;
  double *l, *d, *a, *b, *alpha, *beta, *r, *c, *now, *flag, *states;
};

}  // namespace gibbs::kernels
