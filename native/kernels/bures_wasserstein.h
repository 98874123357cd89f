// The squared 2-Wasserstein distance of Gaussians, a problem per block:
//
//   |m - n|^2 + tr S + tr T - 2 sum sigma(B'A)     S = A A', T = B B'
//   d/dT = I - sum_j (A v_j)(A v_j)' / sigma_j, d/dS with B u_j     B'A = sum_j sigma_j u_j v_j'
//
// Jacobi turns S into S V, columns lambda_j v_j; A has them with norm sqrt lambda_j. Singular values of B'A, not eigenvalues of its
// square, keep all digits. In fp64 whatever the storage. Gelbrich, 1990; Bhatia, Jain, Lim, 2019.
#pragma once

#include "gibbs/gibbs.h"
#include "kernels/bures_wasserstein_parameters.h"
#include "kernels/one_sided_jacobi.h"

namespace gibbs::kernels {

GIBBS_DEVICE bool bures_finite(double x) { return x - x == 0; }

template <class R>
class BuresProblem {
 public:
  GIBBS_DEVICE BuresProblem(const BuresParameters& p, int64_t problem, double* matrices)
      : p_(p),
        problem_(problem),
        d_(p.dimensions),
        area_(int64_t(p.dimensions) * p.dimensions),
        a_(matrices),
        b_(matrices + area_),
        k_(matrices + 2 * area_),
        turned_(matrices + 3 * area_) {}

  GIBBS_DEVICE void run() {
    CountedSum looks{0, 0};  // count: entries that are not finite
    load(0, a_, looks);
    load(1, b_, looks);
    double means = 0;
    for (int k = int(thread_index()); k < d_; k += int(block_size())) means = fma(difference(k), difference(k), means);
    looks = block_reduce(looks);
    means = block_reduce(CountedSum{means, 0}).sum;
    uint8_t status = looks.count > 0 || !bures_finite(means) ? GIBBS_TRANSPORT_NON_FINITE : GIBBS_TRANSPORT_CONVERGED;
    double value = looks.sum;  // the traces
    if (status == GIBBS_TRANSPORT_CONVERGED) {
      const bool source = factor(a_), target = factor(b_);
      if (!source || !target) status = GIBBS_TRANSPORT_INVALID_INPUT;
    }
    const bool solved = status == GIBBS_TRANSPORT_CONVERGED;
    if (solved) value -= 2 * cross();
    if (thread_index() == 0) {
      if (p_.values != nullptr)
        static_cast<R*>(p_.values)[problem_] = R(solved ? means + (value > 0 ? value : 0) : Limits<double>::nan());
      if (p_.status != nullptr) p_.status[problem_] = status;
    }
    if (p_.gradients[0] != nullptr) {
      if (solved) turn();
      store(0, turned_, solved);
    }
    if (p_.gradients[1] != nullptr) store(1, a_, solved);
    if (p_.mean_gradient == nullptr) return;
    for (int k = int(thread_index()); k < d_; k += int(block_size()))
      static_cast<R*>(p_.mean_gradient)[problem_ * p_.mean_gradient_stride + k] = R(solved ? 2 * difference(k) : Limits<double>::nan());
  }

 private:
  GIBBS_DEVICE double mean(int side, int k) const {
    return p_.means[side] == nullptr ? 0 : double(static_cast<const R*>(p_.means[side])[problem_ * p_.mean_strides[side] + k]);
  }
  GIBBS_DEVICE double difference(int k) const { return mean(0, k) - mean(1, k); }
  GIBBS_DEVICE double* column(double* matrix, int j) const { return matrix + int64_t(j) * d_; }

  // The symmetric part, with tau on its diagonal.
  GIBBS_DEVICE void load(int side, double* matrix, CountedSum& looks) const {
    const R* const from = static_cast<const R*>(p_.covariances[side]) + problem_ * d_ * p_.covariance_strides[side];
    const int64_t stride = p_.covariance_strides[side];
    for (int64_t e = thread_index(); e < area_; e += block_size()) {
      const int i = int(e / d_), j = int(e % d_);
      const double value = 0.5 * (double(from[i * stride + j]) + double(from[j * stride + i])) + (i == j ? p_.regularisation : 0);
      matrix[e] = value;
      if (i == j) looks.sum += value;
      looks.count += !bures_finite(value);
    }
  }

  // In place: columns of norm sqrt lambda along the eigenvectors. False where an eigenvalue is negative beyond rounding: of eigenvalues
  // +-lambda that Jacobi has mixed the Rayleigh quotient is less than lambda too.
  GIBBS_DEVICE bool factor(double* matrix) {
    for (int64_t e = thread_index(); e < area_; e += block_size()) turned_[e] = matrix[e];
    block_barrier();
    one_sided_jacobi(matrix, nullptr, d_);
    const double largest = square_root(largest_squares(matrix, d_));
    const double rounding = (sizeof(R) == 8 ? kJacobiUnit : 1.2e-7) * d_ * largest;
    CountedSum bad{0, 0};
    GIBBS_UNROLL_BY(1)
    for (int j = int(warp_index()); j < d_; j += int(block_size() / kWarp)) {
      double* const own = column(matrix, j);
      const double norm = square_root(warp_dot(own, own, d_));
      double quotient = 0;
      GIBBS_UNROLL_BY(1)
      for (int i = 0; norm > 0 && i < d_; ++i) quotient += own[i] / norm * (warp_dot(column(turned_, i), own, d_) / norm);
      bad.count += !(quotient >= 0.5 * norm) && !(norm <= rounding);
      const double factor = norm > 0 && quotient > 0 ? square_root(quotient) / norm : 0;
      scale(own, factor);
    }
    return block_reduce(bad).count == 0;
  }

  GIBBS_DEVICE void scale(double* own, double factor) const {
    // The entries that this lane reads in dots.
    for (int i = int(lane_index()); i < d_; i += int(kWarp)) own[i] *= factor;
  }

  // sum sigma; A's columns become A v_j / sqrt sigma_j, those of singular values that are 0 to rounding 0: the pseudo-inverse.
  GIBBS_DEVICE double cross() {
    for (int64_t e = thread_index(); e < area_; e += block_size()) {
      const double* const own = column(a_, int(e / d_));
      const double* const other = column(b_, int(e % d_));
      double sum = 0;
      GIBBS_UNROLL_BY(1)
      for (int i = 0; i < d_; ++i) sum = fma(other[i], own[i], sum);
      k_[e] = sum;
    }
    block_barrier();
    one_sided_jacobi(k_, a_, d_);
    largest_ = square_root(largest_squares(k_, d_));
    CountedSum sigmas{0, 0};
    GIBBS_UNROLL_BY(1)
    for (int j = int(warp_index()); j < d_; j += int(block_size() / kWarp)) {
      const double sigma = square_root(warp_dot(column(k_, j), column(k_, j), d_));
      if (lane_index() == 0) sigmas.sum += sigma;
      scale(column(a_, j), inverse_root(sigma));
    }
    return block_reduce(sigmas).sum;
  }

  GIBBS_DEVICE double inverse_root(double sigma) const { return sigma > largest_ * d_ * kJacobiUnit ? 1 / square_root(sigma) : 0; }

  // B u_j / sqrt sigma_j.
  GIBBS_DEVICE void turn() {
    GIBBS_UNROLL_BY(1)
    for (int j = int(warp_index()); j < d_; j += int(block_size() / kWarp)) {
      const double* const own = column(k_, j);
      const double sigma = square_root(warp_dot(own, own, d_)), inverse = inverse_root(sigma);
      for (int i = int(lane_index()); i < d_; i += int(kWarp)) {
        double sum = 0;
        GIBBS_UNROLL_BY(1)
        for (int l = 0; inverse > 0 && l < d_; ++l) sum = fma(own[l] / sigma * inverse, column(b_, l)[i], sum);
        column(turned_, j)[i] = sum;
      }
    }
    block_barrier();
  }

  // I - sum_j c_j c_j': symmetric to the bit.
  GIBBS_DEVICE void store(int side, double* columns, bool solved) const {
    R* const gradient = static_cast<R*>(p_.gradients[side]) + problem_ * d_ * p_.gradient_strides[side];
    for (int64_t e = thread_index(); e < area_; e += block_size()) {
      const int i = int(e / d_), l = int(e % d_);
      double sum = i == l ? 1 : 0;
      GIBBS_UNROLL_BY(1)
      for (int j = 0; solved && j < d_; ++j) sum -= column(columns, j)[i] * column(columns, j)[l];
      gradient[i * p_.gradient_strides[side] + l] = R(solved ? sum : Limits<double>::nan());
    }
  }

  const BuresParameters& p_;
  const int64_t problem_;
  const int d_;
  const int64_t area_;
  double *const a_, *const b_, *const k_, *const turned_;
  double largest_ = 0;
};

template <class R>
GIBBS_DEVICE void bures_wasserstein(const BuresParameters& p) {
  const int64_t area = int64_t(p.dimensions) * p.dimensions;
  double* const matrices = p.shared != 0 ? reinterpret_cast<double*>(shared_memory() + kExchangeBytes)
                                         : p.matrices + int64_t(block_index()) * kBuresMatrices * area;
  for (int64_t problem = block_index(); problem < p.problems; problem += grid_size()) {
    BuresProblem<R>(p, problem, matrices).run();
    block_barrier();  // the next problem is loaded where slow warps may still be reading
  }
}

}  // namespace gibbs::kernels
