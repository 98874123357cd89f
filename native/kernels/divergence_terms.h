// A divergence D of p from q, class by class: its term, p dD/dp and q dD/dq, with d = log p - log q.
//
//   kind                      term                                         p g                        q h
//   KULLBACK_LEIBLER          q (expm1(d) - d)                             p - q                      -q d
//   REVERSE_KULLBACK_LEIBLER  p (expm1(-d) + d)                            p d                        q - p
//   JEFFREYS                  (p - q) d                                    p - q + p d                q - p - q d
//   JENSEN_SHANNON            beta q log(q/m) + (1-beta) p log(p/m)        (1-beta) p log(p/m)        beta q log(q/m)
//   ALPHA                     q (expm1(a d) - a expm1(d)) / (a (a-1))      p expm1((a-1) d) / (a-1)   -q expm1(a d) / a
//   TOTAL_VARIATION           |p - q| / 2                                  p sign(d) / 2              -q sign(d) / 2
//   SYMMETRIC_CROSS_ENTROPY   -(1-a) q log p - a p log q                   -(1-a) q - a p log q       -(1-a) q log p - a p
//
// Terms are not negative (but the last), and near p = q keep relative accuracy: where |d| < 1 differences of masses are written
// with S(d) = (e^d - 1 - d) / d^2, as p - q = q (d + d^2 S(d)). All are 0 where p = q = 0.
#pragma once

#include "device/math.h"
#include "gibbs/gibbs.h"
#include "kernels/row_divergence_parameters.h"

namespace gibbs::kernels {

using namespace gibbs::device;

template <class R>
struct DivergenceTerm {
  R value, student, teacher;
};

// S(d) for |d| <= 1, interpolated at Chebyshev nodes: 6e-9 and 5e-19 relative.
GIBBS_DEVICE float curvature(float d) {
  return horner(d, 0.49999999781421683442f, 0.16666666646842134836f, 0.041666736595237459373f, 0.0083333396759170605406f,
                0.0013885396911807101547f, 0.00019838101968683888006f, 2.5358512244639758393e-05f, 2.8062802582276946216e-06f);
}
GIBBS_DEVICE double curvature(double d) {
  return horner(d, 0.5, 0.16666666666666665741, 0.041666666666666664354, 0.0083333333333332360732, 0.0013888888888888835209,
                0.00019841269841374740523, 2.4801587301645516446e-05, 2.7557319174051555382e-06, 2.7557319196273278406e-07,
                2.5052120584522951445e-08, 2.0876763758519634132e-09, 1.6057448519013337549e-10, 1.146986008374900311e-11,
                7.7532899090613014694e-13, 4.8383974908301087354e-14);
}

// In place of an infinite logarithm: times a mass of 0 it is 0.
template <class R>
GIBBS_DEVICE R far_ratio() {
  return sizeof(R) == 4 ? R(1e30) : R(1e300);
}

template <class R>
GIBBS_DEVICE bool is_near(R d) {
  return d * d < R(1);
}

// p - q.
template <class R>
GIBBS_DEVICE R mass_difference(R p, R q, R d) {
  return is_near(d) ? q * fma(d * d, curvature(d), d) : p - q;
}

// mass (e^(a d) - 1) / a for a power = mass e^(a d).
template <class R>
GIBBS_DEVICE R power_difference(R mass, R power, R d, R a) {
  const R x = a * d;
  return is_near(x) ? mass * fma(d * x, curvature(x), d) : (power - mass) / a;
}

template <class R>
GIBBS_DEVICE DivergenceTerm<R> jensen_shannon_term(R beta, R p, R q, R d) {
  // Neither share may round to 1, which would leave log 0.
  const R below_one = R(1) - (sizeof(R) == 4 ? R(5.9604644775390625e-08) : R(1.1102230246251565e-16));
  const R of_q = beta < below_one ? beta : below_one, rest = R(1) - beta, of_p = rest < below_one ? rest : below_one;
  // gamma: the share of the smaller of p and q.
  const R minus = d < 0 ? d : -d, gamma = d < 0 ? of_p : of_q;
  const R larger = -log1p(gamma * expm1(minus)), smaller = larger + minus;
  const R student = d < 0 ? smaller : larger, teacher = d < 0 ? larger : smaller;
  DivergenceTerm<R> t = {R(0), of_p * p * student, of_q * q * teacher};
  // m/p - 1 + log(p/m) >= 0, and the same of q: the masses of both together cancel.
  t.value = is_near(d)
                ? of_p * p * (student * student) * curvature(-student) + of_q * q * (teacher * teacher) * curvature(-teacher)
                : t.student + t.teacher;
  return t;
}

template <class R>
GIBBS_DEVICE DivergenceTerm<R> alpha_term(R a, R p, R q, R d, R log_teacher) {
  const R b = a - R(1), power = exp(log_teacher + a * d);
  const R of_q = power_difference(q, power, d, a), of_p = power_difference(p, power, d, b);
  const bool near = is_near(d) && is_near(a * d) && is_near(b * d);
  // Of two forms the one whose divisor is at least a half.
  if (a > R(0.5)) {
    const R bent = near ? p * (d * d) * fma(b, curvature(b * d), curvature(-d)) : (q - p) + of_p;
    return {bent / a, of_p, -of_q};
  }
  const R bent = near ? q * (d * d) * (curvature(d) - a * curvature(a * d)) : (p - q) - of_q;
  return {-bent / b, of_p, -of_q};
}

// One class: d finite, log_teacher finite and far below where q = 0.
template <class R>
GIBBS_DEVICE DivergenceTerm<R> divergence_term(const DivergenceShape& shape, R p, R q, R d, R log_teacher) {
  switch (shape.kind) {
    case GIBBS_DIVERGENCE_KULLBACK_LEIBLER: {
      const R difference = mass_difference(p, q, d);
      return {is_near(d) ? q * (d * d) * curvature(d) : difference - q * d, difference, -(q * d)};
    }
    case GIBBS_DIVERGENCE_REVERSE_KULLBACK_LEIBLER: {
      const R difference = mass_difference(q, p, -d);
      return {is_near(d) ? p * (d * d) * curvature(-d) : difference + p * d, p * d, difference};
    }
    case GIBBS_DIVERGENCE_JEFFREYS: {
      const R difference = mass_difference(p, q, d);
      return {difference * d, difference + p * d, -difference - q * d};
    }
    case GIBBS_DIVERGENCE_JENSEN_SHANNON:
      return jensen_shannon_term(R(shape.beta), p, q, d);
    case GIBBS_DIVERGENCE_ALPHA:
      return alpha_term(R(shape.alpha), p, q, d, log_teacher);
    case GIBBS_DIVERGENCE_TOTAL_VARIATION: {
      const R sign = d > 0 ? R(0.5) : d < 0 ? R(-0.5) : R(0);
      return {R(0.5) * absolute(mass_difference(p, q, d)), p * sign, -(q * sign)};
    }
    default: {
      const R share = R(shape.share), forward = (R(1) - share) * q, reverse = share * p;
      const R crossed = forward * (log_teacher + d), back = reverse * log_teacher;
      return {-crossed - back, -forward - back, -crossed - reverse};
    }
  }
}

// dD/dq where q = 0 and p is not.
GIBBS_DEVICE double empty_class_derivative(const DivergenceShape& shape, double log_p) {
  switch (shape.kind) {
    case GIBBS_DIVERGENCE_TOTAL_VARIATION:
      return -0.5;
    case GIBBS_DIVERGENCE_SYMMETRIC_CROSS_ENTROPY:
      return -log_p;
    case GIBBS_DIVERGENCE_ALPHA:
      return shape.alpha < 0 ? 1 / shape.alpha : -Limits<double>::infinity();
    default:
      return -Limits<double>::infinity();
  }
}

// What one-sided masses make of value and gradients.
struct DivergenceSupport {
  bool infinite, student_finite, teacher_finite;
};
GIBBS_DEVICE DivergenceSupport divergence_support(const DivergenceShape& shape, bool probabilities, bool student_lacks,
                                                  bool teacher_lacks) {
  // log p enters with mass of q, log q with mass of p; a power of either below 0 is infinite too.
  bool forward = false, reverse = false, power = false;
  switch (shape.kind) {
    case GIBBS_DIVERGENCE_KULLBACK_LEIBLER:
      forward = student_lacks;
      break;
    case GIBBS_DIVERGENCE_REVERSE_KULLBACK_LEIBLER:
      reverse = teacher_lacks;
      break;
    case GIBBS_DIVERGENCE_JEFFREYS:
      forward = student_lacks;
      reverse = teacher_lacks;
      break;
    case GIBBS_DIVERGENCE_ALPHA:  // neither 0 nor 1
      forward = student_lacks && shape.alpha < 0;
      reverse = teacher_lacks && shape.alpha > 1;
      power = forward || reverse;
      break;
    case GIBBS_DIVERGENCE_SYMMETRIC_CROSS_ENTROPY:
      forward = student_lacks && shape.share < 1;
      reverse = teacher_lacks && shape.share > 0;
      break;
    default:
      break;
  }
  // The gradient of the side that lacks the mass is a difference of masses; the derivative by a given probability of 0 is not.
  return {forward || reverse, !reverse && !power, !forward && !power && !(reverse && probabilities)};
}

}  // namespace gibbs::kernels
