// Doubly-stochastic scaling of matrices up to 4 x 4, a thread each, or up to 8 x 8, two lanes each with four rows, in registers:
//
//   Alternating   K_ij = e^(x_ij / T - r_i - c_j)
//                 v = e^(c_j),  u_i = a_i / sum_j K_ij v_j,  v_j = b_j / sum_i K_ij u_i
//   DeepSeek      K = softmax of rows + eps
//                 u_i <- u_i / (u_i sum_j K_ij v_j + eps),  v_j <- v_j / (v_j sum_i K_ij u_i + eps)
//
// r and c make every row and column of K have a greatest entry of 1: what underflows is below rounding while u and v stay in
// range; where they do not, the block does that matrix again in the log domain. Without noise, which is drawn where entries are
// read one by one (tiny_block.h). The gradient, with Q that by P, and alpha, beta those by u and v after an iteration, goes back
// through states kept in shared memory:
//
//   P = u K v     D_ij = Q_ij u_i v_j,  alpha_i = sum_j Q_ij K_ij v_j,  beta_j = sum_i Q_ij K_ij u_i
//   v' from v, u  c_j = -beta_j v'_j^2 / b_j
//                 D_ij += c_j u_i,  alpha_i += sum_j c_j K_ij,  beta_j <- eps (v'_j / v_j)^2 beta_j
//   u' from u, v  r_i = -alpha_i u'_i^2 / a_i
//                 D_ij += r_i v_j,  beta_j += sum_i r_i K_ij,  alpha_i <- eps (u'_i / u_i)^2 alpha_i
//   logits        dx = K D / T;  of the DeepSeek scheme p (D - sum_j p D) / T,  p = K - eps
#pragma once

#include "device/pack.h"
#include "kernels/tiny_log_domain.h"

namespace gibbs::kernels {

template <class T, int kColumns, int kLanes, bool kGradient>
class TinyLanes {
  using R = Real<T>;

 public:
  // Entries of a state in shared memory.
  static constexpr int kState = kTinyRows + kColumns;

  GIBBS_DEVICE TinyLanes(const TinyParameters& parameters, int64_t matrix_index)
      : p(parameters), matrix(matrix_index), first_row(int(thread_index()) % kLanes * kTinyRows) {}

  GIBBS_DEVICE void run() {
    const TinyTargets<R> targets(p, matrix);
    valid = targets.valid;
    GIBBS_UNROLL
    for (int i = 0; i < kTinyRows; ++i) a[i] = first_row + i < p.rows ? R(targets.row(first_row + i)) : R(0);
    GIBBS_UNROLL
    for (int j = 0; j < kColumns; ++j) b[j] = j < p.columns ? R(targets.column(j)) : R(0);
    load(static_cast<const T*>(p.values) + matrix * p.values_stride, kernel, p.positive ? R(0) : -Limits<R>::infinity());
    make_kernel();
    GIBBS_UNROLL
    for (int i = 0; i < kTinyRows; ++i) u[i] = a[i] == 0 ? R(0) : R(1);
    start();
    passes();
    if constexpr (kGradient) {
      by_values();
    } else {
      plan();
    }
    seen = lanes_or(seen, kLanes);
  }

  GIBBS_DEVICE bool answered() const { return valid && seen == 0; }
  GIBBS_DEVICE gibbs_transport_status refusal() const { return tiny_refusal(p, valid, seen); }

  // What run() left, by the lanes of a matrix that it answered.
  GIBBS_DEVICE void write() const {
    if (p.result != nullptr) store(static_cast<T*>(p.result) + matrix * p.result_stride);
    if (first_row != 0) return;
    if (p.errors != nullptr) static_cast<R*>(p.errors)[matrix] = error;
    if (p.status != nullptr) p.status[matrix] = uint8_t(GIBBS_TRANSPORT_CONVERGED);
  }

 private:
  static constexpr int kPacksOfRows = kTinyRows * kColumns / Pack<T>::size;

  // Entries of the lane's rows; absent ones are fill.
  GIBBS_DEVICE void load(const T* source, R (&entries)[kTinyRows][kColumns], R fill) {
    const int count = p.rows * p.columns;
    if (p.columns == kColumns) {  // rows follow each other as packs do
      GIBBS_UNROLL
      for (int k = 0; k < kPacksOfRows; ++k) {
        const Pack<T> pack = load_pack(source, count, first_row * kColumns + k * Pack<T>::size, From<T>::real(fill));
        GIBBS_UNROLL
        for (int e = 0; e < Pack<T>::size; ++e) {
          const int at = k * Pack<T>::size + e;
          entries[at / kColumns][at % kColumns] = to_real(pack.get(e));
        }
      }
      return;
    }
    GIBBS_UNROLL
    for (int i = 0; i < kTinyRows; ++i) {
      GIBBS_UNROLL
      for (int j = 0; j < kColumns; ++j) {
        const bool present = first_row + i < p.rows && j < p.columns;
        entries[i][j] = present ? to_real(source[(first_row + i) * p.columns + j]) : fill;
      }
    }
  }

  GIBBS_DEVICE void store(T* destination) const {
    if (p.columns == kColumns) {
      GIBBS_UNROLL
      for (int k = 0; k < kPacksOfRows; ++k) {
        R values[Pack<T>::size];
        GIBBS_UNROLL
        for (int e = 0; e < Pack<T>::size; ++e) {
          const int at = k * Pack<T>::size + e;
          values[e] = d[at / kColumns][at % kColumns];
        }
        store_pack(destination, p.rows * kColumns, first_row * kColumns + k * Pack<T>::size, to_pack<T>(values));
      }
      return;
    }
    GIBBS_UNROLL
    for (int i = 0; i < kTinyRows; ++i) {
      GIBBS_UNROLL
      for (int j = 0; j < kColumns; ++j)
        if (first_row + i < p.rows && j < p.columns) destination[(first_row + i) * p.columns + j] = From<T>::real(d[i][j]);
    }
  }

  GIBBS_DEVICE R anchored(R x, R anchor) const { return p.positive ? x / anchor : x - anchor; }

  // From the values to K, in their place.
  GIBBS_DEVICE void make_kernel() {
    const R empty = p.positive ? R(0) : -Limits<R>::infinity(), neutral = p.positive ? R(1) : R(0);
    const R scale = R(p.scale);
    GIBBS_UNROLL
    for (int i = 0; i < kTinyRows; ++i) {
      R top = empty;
      GIBBS_UNROLL
      for (int j = 0; j < kColumns; ++j) {
        const bool inside = first_row + i < p.rows && j < p.columns;
        R x = kernel[i][j];
        if (inside) seen |= tiny_look(p, x);
        if (!inside || a[i] == 0 || b[j] == 0) x = empty;
        kernel[i][j] = x;
        top = max_number(top, x);
      }
      if (p.damped && first_row + i < p.rows && !(top > empty)) seen |= kTinyUntrusted;
      row_anchor[i] = top > empty ? top : neutral;
      R sum = 0;
      GIBBS_UNROLL
      for (int j = 0; j < kColumns; ++j) {
        kernel[i][j] = anchored(kernel[i][j], row_anchor[i]);
        if (!p.damped) continue;
        kernel[i][j] = p.positive ? kernel[i][j] : exp2_fast(kernel[i][j] * scale);
        sum = sum + kernel[i][j];
      }
      if (!p.damped || sum == 0) continue;
      row_anchor[i] = row_anchor[i] * sum;
      GIBBS_UNROLL
      for (int j = 0; j < kColumns; ++j) kernel[i][j] = a[i] == 0 || b[j] == 0 ? R(0) : kernel[i][j] / sum + R(p.epsilon);
    }
    GIBBS_UNROLL
    for (int j = 0; j < kColumns; ++j) {
      if (p.damped) continue;
      R top = empty;
      GIBBS_UNROLL
      for (int i = 0; i < kTinyRows; ++i) top = max_number(top, kernel[i][j]);
      top = lanes_max(top, kLanes);
      // A column of the matrix itself whose greatest entry is this small may have lost others.
      if (b[j] != 0 && !(top > (p.positive ? tiny_least<R>() : -Limits<R>::infinity()))) seen |= kTinyUntrusted;
      column_anchor[j] = top > empty ? top : neutral;
      GIBBS_UNROLL
      for (int i = 0; i < kTinyRows; ++i) {
        const R x = anchored(kernel[i][j], column_anchor[j]);
        kernel[i][j] = p.positive ? x : exp2_fast(x * scale);
      }
    }
  }

  // v before the first iteration.
  GIBBS_DEVICE void start() {
    const R scale = R(p.scale);
    GIBBS_UNROLL
    for (int j = 0; j < kColumns; ++j) {
      const R first = p.damped ? R(1) : p.positive ? column_anchor[j] : exp2_fast(column_anchor[j] * scale);
      v[j] = b[j] == 0 ? R(0) : first;
    }
  }

  // All iterations; for a gradient then segment after segment, the last first: its iterations again, and back through them.
  GIBBS_DEVICE void passes() {
    for (int pass = p.segments; pass >= (kGradient ? 0 : p.segments); --pass) {
      const bool forward = pass == p.segments;
      const int first = forward ? 0 : pass * p.segment, rest = p.iterations - first;
      const int count = forward || rest < p.segment ? rest : p.segment;
      if (!forward) restore(pass);
      for (int k = 0; k < count; ++k) {
        if (kGradient && forward && k % p.segment == 0) keep(k / p.segment);
        iterate(first + k == 0);
        if (kGradient && !forward) keep(p.segments + k);
      }
      if constexpr (kGradient) {
        if (forward) adjoints();
        for (int k = forward ? 0 : count; k > 0; --k)
          back(p.segments + k - 1, k == 1 ? pass : p.segments + k - 2, first + k == 1);
      }
    }
  }

  GIBBS_DEVICE void iterate(bool first) {
    const R epsilon = R(p.epsilon);
    GIBBS_UNROLL
    for (int i = 0; i < kTinyRows; ++i) {
      if (p.damped && first) continue;
      R sum = a[i] == 0 ? R(1) : R(0);
      GIBBS_UNROLL
      for (int j = 0; j < kColumns; ++j) sum = fma(kernel[i][j], v[j], sum);
      u[i] = p.damped ? u[i] / fma(u[i], sum, epsilon) : a[i] / sum;
      if (!tiny_in_range(u[i], a[i])) seen |= kTinyUntrusted;
    }
    GIBBS_UNROLL
    for (int j = 0; j < kColumns; ++j) {
      R sum = 0;
      GIBBS_UNROLL
      for (int i = 0; i < kTinyRows; ++i) sum = fma(kernel[i][j], u[i], sum);
      sum = lanes_sum(sum, kLanes) + (b[j] == 0 ? R(1) : R(0));
      v[j] = p.damped ? v[j] / fma(v[j], sum, epsilon) : b[j] / sum;
      if (!tiny_in_range(v[j], b[j])) seen |= kTinyUntrusted;
    }
  }

  // P, and its error.
  GIBBS_DEVICE void plan() {
    error = 0;
    GIBBS_UNROLL
    for (int i = 0; i < kTinyRows; ++i) {
      R sum = 0;
      GIBBS_UNROLL
      for (int j = 0; j < kColumns; ++j) {
        d[i][j] = kernel[i][j] * u[i] * v[j];
        sum = sum + d[i][j];
      }
      error = error + absolute(sum - a[i]);
    }
    error = lanes_sum(error, kLanes);
    GIBBS_UNROLL
    for (int j = 0; j < kColumns; ++j) {
      R sum = 0;
      GIBBS_UNROLL
      for (int i = 0; i < kTinyRows; ++i) sum = sum + d[i][j];
      error = error + absolute(lanes_sum(sum, kLanes) - b[j]);
    }
  }

  // A thread's entries of a state lie a block apart: no two lanes in one bank.
  GIBBS_DEVICE R* state(int index) const {
    return reinterpret_cast<R*>(shared_memory()) + index * kState * int(block_size()) + int(thread_index());
  }
  GIBBS_DEVICE void keep(int index) const {
    R* at = state(index);
    GIBBS_UNROLL
    for (int i = 0; i < kTinyRows; ++i) at[i * int(block_size())] = u[i];
    GIBBS_UNROLL
    for (int j = 0; j < kColumns; ++j) at[(kTinyRows + j) * int(block_size())] = v[j];
  }
  GIBBS_DEVICE void restore(int index) {
    GIBBS_UNROLL
    for (int i = 0; i < kTinyRows; ++i) u[i] = kept_u(index, i);
    GIBBS_UNROLL
    for (int j = 0; j < kColumns; ++j) v[j] = kept_v(index, j);
  }
  GIBBS_DEVICE R kept_u(int index, int i) const { return state(index)[i * int(block_size())]; }
  GIBBS_DEVICE R kept_v(int index, int j) const { return state(index)[(kTinyRows + j) * int(block_size())]; }

  // d, alpha and beta of P.
  GIBBS_DEVICE void adjoints() {
    load(static_cast<const T*>(p.upstream) + matrix * p.upstream_stride, d, R(0));
    GIBBS_UNROLL
    for (int i = 0; i < kTinyRows; ++i) alpha[i] = 0;
    GIBBS_UNROLL
    for (int j = 0; j < kColumns; ++j) {
      R sum = 0;
      GIBBS_UNROLL
      for (int i = 0; i < kTinyRows; ++i) {
        const R q = d[i][j], weighted = q * kernel[i][j];
        alpha[i] = fma(weighted, v[j], alpha[i]);
        sum = fma(weighted, u[i], sum);
        d[i][j] = q * u[i] * v[j];
      }
      beta[j] = lanes_sum(sum, kLanes);
    }
  }

  // Through one iteration, from the state after it to that before.
  GIBBS_DEVICE void back(int later, int earlier, bool first) {
    const R epsilon = R(p.epsilon);
    R along[kColumns];  // c
    GIBBS_UNROLL
    for (int j = 0; j < kColumns; ++j) {
      const R after = kept_v(later, j), before = kept_v(earlier, j);
      const R target = p.damped || b[j] == 0 ? R(1) : b[j];
      along[j] = -(beta[j] * after * (after / target));
      const R ratio = p.damped && before != 0 ? after / before : R(0);
      beta[j] = epsilon * ratio * ratio * beta[j];
    }
    R gathered[kColumns];
    GIBBS_UNROLL
    for (int j = 0; j < kColumns; ++j) gathered[j] = 0;
    GIBBS_UNROLL
    for (int i = 0; i < kTinyRows; ++i) {
      const R after = kept_u(later, i), before = kept_u(earlier, i);
      GIBBS_UNROLL
      for (int j = 0; j < kColumns; ++j) {
        alpha[i] = fma(along[j], kernel[i][j], alpha[i]);
        d[i][j] = fma(along[j], after, d[i][j]);
      }
      if (p.damped && first) continue;
      const R target = p.damped || a[i] == 0 ? R(1) : a[i], across = -(alpha[i] * after * (after / target));
      GIBBS_UNROLL
      for (int j = 0; j < kColumns; ++j) {
        d[i][j] = fma(across, kept_v(earlier, j), d[i][j]);
        gathered[j] = fma(across, kernel[i][j], gathered[j]);
      }
      const R ratio = p.damped && before != 0 ? after / before : R(0);
      alpha[i] = epsilon * ratio * ratio * alpha[i];
    }
    GIBBS_UNROLL
    for (int j = 0; j < kColumns; ++j) beta[j] = beta[j] + lanes_sum(gathered[j], kLanes);
  }

  GIBBS_DEVICE void by_values() {
    const R chain = R(1 / p.temperature), epsilon = R(p.epsilon);
    GIBBS_UNROLL
    for (int i = 0; i < kTinyRows; ++i) {
      R mean = 0;
      GIBBS_UNROLL
      for (int j = 0; j < kColumns; ++j) mean = fma(d[i][j], b[j] == 0 ? R(0) : kernel[i][j] - epsilon, mean);
      GIBBS_UNROLL
      for (int j = 0; j < kColumns; ++j) {
        if (p.damped) {
          d[i][j] = p.positive ? (d[i][j] - mean) / row_anchor[i] : (d[i][j] - mean) * (kernel[i][j] - epsilon) * chain;
        } else {
          d[i][j] = p.positive ? d[i][j] / row_anchor[i] / column_anchor[j] : d[i][j] * kernel[i][j] * chain;
        }
      }
    }
  }

  const TinyParameters& p;
  int64_t matrix;
  int first_row;
  bool valid = true;
  uint32_t seen = 0;
  R error = 0;
  R kernel[kTinyRows][kColumns], d[kTinyRows][kColumns];
  R a[kTinyRows], u[kTinyRows], alpha[kTinyRows], row_anchor[kTinyRows];
  R b[kColumns], v[kColumns], beta[kColumns], column_anchor[kColumns];
};

// Blocks take matrices in turn; those without an answer are done by the whole block, one after the other.
template <class T, int kColumns, int kLanes, bool kGradient>
GIBBS_DEVICE void tiny_lanes(const TinyParameters& p) {
  const int groups = int(block_size()) / kLanes, group = int(thread_index()) / kLanes;
  for (int64_t first = int64_t(block_index()) * groups; first < p.matrices; first += int64_t(grid_size()) * groups) {
    const bool own = first + group < p.matrices;
    TinyLanes<T, kColumns, kLanes, kGradient> lanes(p, own ? first + group : p.matrices - 1);
    lanes.run();
    const bool answered = !own || lanes.answered();
    const uint8_t refusal = uint8_t(lanes.refusal());
    if (own && answered) lanes.write();
    block_barrier();  // states are no longer read: their memory holds what is left to do
    uint8_t* left = shared_memory();
    if (int(thread_index()) % kLanes == 0) left[group] = answered ? 0xff : refusal;
    block_barrier();
    for (int k = 0; k < groups; ++k) {
      if (left[k] == 0xff) continue;
      TinyLogDomain(p, reinterpret_cast<double*>(shared_memory() + kTinyThreads))
          .template run<T>(first + k, gibbs_transport_status(left[k]));
    }
    block_barrier();
  }
}

}  // namespace gibbs::kernels
