// Doubly-stochastic scaling of matrices up to 64 x 64, a warp each, with the kernel K in shared memory: a lane sums rows, then
// columns, of its own, so that no sum is exchanged. Formulas, range and gradient as in tiny_lanes.h.
#pragma once

#include "kernels/tiny_log_domain.h"

namespace gibbs::kernels {

template <class T>
class TinyBlock {
  using R = Real<T>;

 public:
  GIBBS_DEVICE TinyBlock(const TinyParameters& parameters, int64_t matrix_index)
      : p(parameters),
        matrix(matrix_index),
        n(parameters.rows),
        m(parameters.columns),
        pitch(parameters.columns | 1),
        t(int(thread_index())) {
    kernel = reinterpret_cast<R*>(shared_memory());
    d = kernel + n * pitch;
    a = p.upstream != nullptr ? d + n * pitch : d;
    b = a + n;
    row_anchor = b + m;
    column_anchor = row_anchor + n;
    alpha = column_anchor + m;
    beta = alpha + n;
    across = beta + m;
    along = across + n;
    now = along + m;
    states = now + n + m;
  }

  GIBBS_DEVICE void run() {
    const TinyTargets<R> targets(p, matrix);
    bool valid = targets.valid;
    for (int i = t; i < n; i += kThreads) a[i] = R(targets.row(i));
    for (int j = t; j < m; j += kThreads) b[j] = R(targets.column(j));
    block_barrier();
    for (int e = t; e < n * m; e += kThreads) {
      const R x = tiny_value<T>(p, matrix, e);
      seen |= tiny_look(p, x);
      kernel[e / m * pitch + e % m] = a[e / m] == 0 || b[e % m] == 0 ? empty() : x;
    }
    block_barrier();
    make_kernel();
    start();
    if (!passes(valid)) {
      block_barrier();
      TinyLogDomain(p, reinterpret_cast<double*>(shared_memory())).template run<T>(matrix, tiny_refusal(p, valid, seen));
      return;
    }
    if (p.upstream != nullptr) {
      by_values();
      block_barrier();
      store(d);
    } else {
      plan();
    }
    if (p.status != nullptr && t == 0) p.status[matrix] = uint8_t(GIBBS_TRANSPORT_CONVERGED);
    block_barrier();
  }

 private:
  static constexpr int kThreads = int(kWarp);

  GIBBS_DEVICE R empty() const { return p.positive ? R(0) : -Limits<R>::infinity(); }
  GIBBS_DEVICE R neutral() const { return p.positive ? R(1) : R(0); }
  GIBBS_DEVICE R scale() const { return R(p.scale); }
  GIBBS_DEVICE R anchored(R x, R anchor) const { return p.positive ? x / anchor : x - anchor; }
  GIBBS_DEVICE R* row(int i) const { return kernel + i * pitch; }
  GIBBS_DEVICE R* state(int index) const { return states + index * (n + m); }
  GIBBS_DEVICE void copy(R* to, const R* from) const {
    for (int i = t; i < n + m; i += kThreads) to[i] = from[i];
    block_barrier();
  }

  // From the values to K, in their place.
  GIBBS_DEVICE void make_kernel() {
    for (int i = t; i < n; i += kThreads) {
      R top = empty(), sum = 0;
      for (int j = 0; j < m; ++j) top = max_number(top, row(i)[j]);
      if (p.damped && !(top > empty())) seen |= kTinyUntrusted;
      R anchor = top > empty() ? top : neutral();
      for (int j = 0; j < m; ++j) {
        R x = anchored(row(i)[j], anchor);
        if (p.damped && !p.positive) x = exp2_fast(x * scale());
        row(i)[j] = x;
        sum = sum + x;
      }
      row_anchor[i] = p.damped ? anchor * sum : anchor;
      for (int j = 0; p.damped && j < m; ++j) row(i)[j] = row(i)[j] / sum + R(p.epsilon);
    }
    block_barrier();
    for (int j = t; !p.damped && j < m; j += kThreads) {
      R top = empty();
      for (int i = 0; i < n; ++i) top = max_number(top, row(i)[j]);
      // A column of the matrix itself whose greatest entry is this small may have lost others.
      if (b[j] != 0 && !(top > (p.positive ? tiny_least<R>() : -Limits<R>::infinity()))) seen |= kTinyUntrusted;
      const R anchor = top > empty() ? top : neutral();
      column_anchor[j] = anchor;
      for (int i = 0; i < n; ++i) {
        const R x = anchored(row(i)[j], anchor);
        row(i)[j] = p.positive ? x : exp2_fast(x * scale());
      }
    }
    block_barrier();
  }

  // u = 1, and v before the first iteration.
  GIBBS_DEVICE void start() {
    for (int i = t; i < n; i += kThreads) now[i] = 1;
    for (int j = t; j < m; j += kThreads) {
      const R first = p.damped ? R(1) : p.positive ? column_anchor[j] : exp2_fast(column_anchor[j] * scale());
      now[n + j] = b[j] == 0 ? R(0) : first;
    }
    block_barrier();
  }

  // All iterations; for a gradient then segment after segment, the last first: its iterations again, and back through them. False
  // where scalings do not answer.
  GIBBS_DEVICE bool passes(bool valid) {
    const bool gradient = p.upstream != nullptr;
    for (int pass = p.segments; pass >= (gradient ? 0 : p.segments); --pass) {
      const bool forward = pass == p.segments;
      const int first = forward ? 0 : pass * p.segment, rest = p.iterations - first;
      const int count = forward || rest < p.segment ? rest : p.segment;
      if (!forward) copy(now, state(pass));
      for (int k = 0; k < count; ++k) {
        if (gradient && forward && k % p.segment == 0) copy(state(k / p.segment), now);
        iterate(first + k == 0);
        if (!forward) copy(state(p.segments + k), now);
      }
      if (forward) {
        seen = lanes_or(seen);
        if (!valid || seen != 0) return false;
        if (gradient) adjoints();
      }
      for (int k = forward ? 0 : count; k > 0; --k)
        back(state(p.segments + k - 1), k == 1 ? state(pass) : state(p.segments + k - 2), first + k == 1);
    }
    return true;
  }

  GIBBS_DEVICE void iterate(bool first) {
    R *u = now, *v = now + n;
    for (int i = t; i < n && !(p.damped && first); i += kThreads) {
      R sum = a[i] == 0 ? R(1) : R(0);
      for (int j = 0; j < m; ++j) sum = fma(row(i)[j], v[j], sum);
      u[i] = p.damped ? u[i] / fma(u[i], sum, R(p.epsilon)) : a[i] / sum;
      if (!tiny_in_range(u[i], a[i])) seen |= kTinyUntrusted;
    }
    block_barrier();
    for (int j = t; j < m; j += kThreads) {
      R sum = b[j] == 0 ? R(1) : R(0);
      for (int i = 0; i < n; ++i) sum = fma(row(i)[j], u[i], sum);
      v[j] = p.damped ? v[j] / fma(v[j], sum, R(p.epsilon)) : b[j] / sum;
      if (!tiny_in_range(v[j], b[j])) seen |= kTinyUntrusted;
    }
    block_barrier();
  }

  // P, and its error.
  GIBBS_DEVICE void plan() {
    R error = 0;
    for (int i = t; i < n; i += kThreads) {
      R sum = 0;
      for (int j = 0; j < m; ++j) {
        row(i)[j] = row(i)[j] * now[i] * now[n + j];
        sum = sum + row(i)[j];
      }
      error = error + absolute(sum - a[i]);
    }
    block_barrier();
    for (int j = t; j < m; j += kThreads) {
      R sum = 0;
      for (int i = 0; i < n; ++i) sum = sum + row(i)[j];
      error = error + absolute(sum - b[j]);
    }
    error = lanes_sum(error);
    if (p.errors != nullptr && t == 0) static_cast<R*>(p.errors)[matrix] = error;
    store(kernel);
  }

  GIBBS_DEVICE void store(const R* entries) const {
    T* result = static_cast<T*>(p.result);
    if (result == nullptr) return;
    for (int e = t; e < n * m; e += kThreads)
      result[matrix * p.result_stride + e] = From<T>::real(entries[e / m * pitch + e % m]);
  }

  // d, alpha and beta of P.
  GIBBS_DEVICE void adjoints() {
    const T* upstream = static_cast<const T*>(p.upstream) + matrix * p.upstream_stride;
    for (int e = t; e < n * m; e += kThreads) d[e / m * pitch + e % m] = to_real(upstream[e]);
    block_barrier();
    const R *u = now, *v = now + n;
    for (int i = t; i < n; i += kThreads) {
      R sum = 0;
      for (int j = 0; j < m; ++j) sum = fma(d[i * pitch + j] * row(i)[j], v[j], sum);
      alpha[i] = sum;
    }
    block_barrier();
    for (int j = t; j < m; j += kThreads) {
      R sum = 0;
      for (int i = 0; i < n; ++i) {
        const R q = d[i * pitch + j];
        sum = fma(q * row(i)[j], u[i], sum);
        d[i * pitch + j] = q * u[i] * v[j];
      }
      beta[j] = sum;
    }
    block_barrier();
  }

  // Through one iteration, from the state after it to that before; a lane owns a column's d and beta.
  GIBBS_DEVICE void back(const R* later, const R* earlier, bool first) {
    const R epsilon = R(p.epsilon);
    const bool rows = !(p.damped && first);
    for (int j = t; j < m; j += kThreads) {
      const R after = later[n + j], target = p.damped || b[j] == 0 ? R(1) : b[j];
      along[j] = -(beta[j] * after * (after / target));
      const R ratio = p.damped ? after / earlier[n + j] : R(0);
      beta[j] = epsilon * ratio * ratio * beta[j];
    }
    block_barrier();
    for (int i = t; i < n; i += kThreads) {
      R sum = alpha[i];
      for (int j = 0; j < m; ++j) sum = fma(along[j], row(i)[j], sum);
      const R after = later[i], target = p.damped || a[i] == 0 ? R(1) : a[i];
      across[i] = rows ? -(sum * after * (after / target)) : R(0);
      const R ratio = p.damped ? after / earlier[i] : R(0);
      alpha[i] = epsilon * ratio * ratio * sum;
    }
    block_barrier();
    for (int j = t; j < m; j += kThreads) {
      R sum = beta[j];
      for (int i = 0; i < n; ++i) {
        R* entry = d + i * pitch + j;
        *entry = fma(across[i], earlier[n + j], fma(along[j], later[i], *entry));
        sum = fma(across[i], row(i)[j], sum);
      }
      beta[j] = sum;
    }
    block_barrier();
  }

  GIBBS_DEVICE void by_values() {
    const R chain = R(1 / p.temperature), epsilon = R(p.epsilon);
    for (int i = t; i < n; i += kThreads) {
      R* line = d + i * pitch;
      R mean = 0;
      for (int j = 0; p.damped && j < m; ++j) mean = fma(line[j], row(i)[j] - epsilon, mean);
      for (int j = 0; j < m; ++j) {
        if (p.damped) {
          line[j] = p.positive ? (line[j] - mean) / row_anchor[i] : (line[j] - mean) * (row(i)[j] - epsilon) * chain;
        } else {
          line[j] = p.positive ? line[j] / row_anchor[i] / column_anchor[j] : line[j] * row(i)[j] * chain;
        }
      }
    }
  }

  const TinyParameters& p;
  int64_t matrix;
  int n, m, pitch, t;
  uint32_t seen = 0;
  R *kernel, *d, *a, *b, *row_anchor, *column_anchor, *alpha, *beta, *across, *along, *now, *states;
};

// A block of one warp per matrix, taken in turn.
template <class T>
GIBBS_DEVICE void tiny_block(const TinyParameters& p) {
  for (int64_t matrix = block_index(); matrix < p.matrices; matrix += grid_size()) TinyBlock<T>(p, matrix).run();
}

}  // namespace gibbs::kernels
