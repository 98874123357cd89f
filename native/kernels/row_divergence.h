// Divergences between rows of a student's logits and a teacher's logits or probabilities (divergence_terms.h):
//
//   p = softmax(student / Ts), q = softmax(teacher / Tt) or as given,   value = r w D
//   d student = r w (p g - p sum p g) / Ts,   d teacher = r w (q h - q sum q h) / Tt, or r w h
//
// With equal temperatures d = log p - log q comes from the difference of the logits, whose rounding is carried along. p_k g_k -
// p_k sum p g of a class with nearly all mass is what the others hold, and would drown in the rounding of the sum: the largest
// class of either side is computed apart, in fp64, and its g (h) is taken off every other. KL(q|p) needs no such care: its p g is
// p - q. Both rows are read once where the scope keeps them.
#pragma once

#include "kernels/divergence_terms.h"
#include "kernels/row_epilogue.h"
#include "kernels/row_pair.h"

namespace gibbs::kernels {

template <class R>
struct DivergenceSums {
  R value, student, teacher;
  int32_t student_lacks, teacher_lacks;
};
template <class R>
GIBBS_DEVICE DivergenceSums<R> merge(const DivergenceSums<R>& a, const DivergenceSums<R>& b) {
  return {a.value + b.value, a.student + b.student, a.teacher + b.teacher, a.student_lacks + b.student_lacks,
          a.teacher_lacks + b.teacher_lacks};
}

// A class in fp64.
struct ApartClass {
  int32_t index;
  double p, q, log_p;
  DivergenceTerm<double> term;
};

template <class R>
GIBBS_DEVICE ApartClass apart_class(const DivergenceShape& shape, const RowPair<R>& pair, R z, R t, double constant,
                                    int32_t index) {
  ApartClass c;
  c.index = index;
  c.log_p = double(pair.student_log(z));
  c.p = exp(c.log_p);
  const double log_q = double(pair.teacher_log(t));
  c.q = pair.probabilities ? double(t) : t == -Limits<R>::infinity() ? 0 : exp(log_q);
  c.term = divergence_term(shape, c.p, c.q, double(pair.ratio(z, t)) + constant, log_q);
  return c;
}

// Everything that a row's gradients are made of.
template <class T>
struct PairGradient {
  using R = Real<T>;
  DivergenceShape shape;
  RowPair<R> pair;
  R student_mean, teacher_mean, student_factor, teacher_factor;  // p g - p mean
  int32_t student_fill, teacher_fill;                            // as in RowCoefficients
  int32_t first, second;                                         // classes apart; -1: none
  R first_student, second_student, first_teacher, second_teacher;

  GIBBS_DEVICE void operator()(T z_stored, T t_stored, int32_t j, T& student, T& teacher) const {
    const R nan = Limits<R>::nan();
    if (student_fill != kAffine && teacher_fill != kAffine) {
      student = From<T>::real(student_fill == kZero ? R(0) : nan);
      teacher = From<T>::real(teacher_fill == kZero ? R(0) : nan);
      return;
    }
    const R z = to_real(z_stored), t = to_real(t_stored);
    const R p = pair.student_mass(z), q = pair.teacher_mass(t), d = pair.ratio(z, t) + pair.constant;
    const DivergenceTerm<R> term = divergence_term(shape, p, q, d, pair.teacher_log(t));
    R of_student = fma(-p, student_mean, term.student) * student_factor, of_teacher;
    if (!pair.probabilities) {
      of_teacher = fma(-q, teacher_mean, term.teacher) * teacher_factor;
    } else if (q > 0) {
      of_teacher = term.teacher / q * teacher_factor;
    } else {
      const R log_p = pair.student_log(z);
      of_teacher = log_p == -Limits<R>::infinity() ? R(0) : R(empty_class_derivative(shape, double(log_p))) * teacher_factor;
    }
    if (j == first) {
      of_student = first_student;
      of_teacher = first_teacher;
    }
    if (j == second) {
      of_student = second_student;
      of_teacher = second_teacher;
    }
    student = From<T>::real(student_fill == kAffine ? of_student : student_fill == kZero ? R(0) : nan);
    teacher = From<T>::real(teacher_fill == kAffine ? of_teacher : teacher_fill == kZero ? R(0) : nan);
  }
};

// A row's own value and gradients from its status: what is not affine, and the value of a bad row.
GIBBS_DEVICE double bad_row_value(uint8_t status, double factor) {
  const bool infinite = status == GIBBS_ROW_ALL_MASKED || status == GIBBS_ROW_DISJOINT_SUPPORT;
  return !infinite ? Limits<double>::nan() : factor == 0 ? 0 : factor * Limits<double>::infinity();
}

template <class T>
GIBBS_DEVICE void row_divergence(const RowDivergenceParameters<Real<T>>& p) {
  using R = Real<T>;
  const RowParameters<R>& r = p.row;
  const RowScope scope(p.scope, r.columns);
  const bool probabilities = p.probabilities != 0, direct = p.shape.kind == GIBBS_DIVERGENCE_KULLBACK_LEIBLER;
  for (int64_t row = scope.first(); row < r.rows; row += scope.stride()) {
    const RowSource<T> student = {static_cast<const T*>(r.logits) + row * r.logits_stride, scope.template kept<T>(0)};
    const RowSource<T> teacher = {static_cast<const T*>(p.teacher) + row * p.teacher_stride, scope.template kept<T>(1)};
    const PairScan<R> scan = scan_pair(scope, student, teacher, probabilities);
    uint8_t status = pair_status(scan);

    PairGradient<T> g{};
    g.shape = p.shape;
    g.first = g.second = -1;
    RowPair<R>& pair = g.pair;
    DivergenceSupport support = {false, true, true};
    double value = 0, student_mean = 0, teacher_mean = 0, student_centre = 0, teacher_centre = 0;
    ApartClass apart[2];
    int32_t student_top = -1, teacher_top = -1;
    if (status == GIBBS_ROW_OK) {
      pair.probabilities = probabilities;
      pair.equal_temperatures = !probabilities && p.student_temperature == p.teacher_temperature;
      pair.student_maximum = scan.student_maximum + R(0);
      pair.teacher_maximum = scan.teacher_maximum + R(0);
      pair.student_inverse = finite_inverse<R>(p.student_temperature);
      pair.teacher_inverse = finite_inverse<R>(p.teacher_temperature);
      const PairSums<R> sums = sum_pair(scope, student, teacher, pair);
      // In fp64: an error of either shows in every log ratio.
      const double student_log = log1p(double(sums.student_ties - 1) + double(sums.student_rest));
      const double teacher_log = probabilities ? 0 : log1p(double(sums.teacher_ties - 1) + double(sums.teacher_rest));
      const double shift = double(pair.student_maximum) - double(pair.teacher_maximum);
      pair.shift = R(shift);
      pair.student_log_sum = R(student_log);
      pair.teacher_log_sum = R(teacher_log);
      double constant = teacher_log - student_log;
      if (pair.equal_temperatures && is_finite(shift - double(pair.shift)))
        constant -= (shift - double(pair.shift)) * double(pair.student_inverse);
      pair.constant = R(constant);

      const bool of_student = r.gradient != nullptr && !direct, of_teacher = p.teacher_gradient != nullptr && !probabilities;
      student_top = of_student ? sums.student_top : -1;
      teacher_top = of_teacher ? sums.teacher_top : -1;
      GIBBS_UNROLL
      for (int i = 0; i < 2; ++i) {
        const int32_t top = i == 0 ? student_top : teacher_top;
        apart[i] = ApartClass{};
        apart[i].index = -1;
        if (top < 0 || (i == 1 && top == student_top)) continue;
        apart[i] = apart_class(p.shape, pair, to_real(student.row[top]), to_real(teacher.row[top]), constant, top);
      }
      if (of_student) student_centre = apart[0].term.student / apart[0].p;
      if (of_teacher) {
        const bool same = teacher_top == student_top;
        teacher_centre = (same ? apart[0].term.teacher : apart[1].term.teacher) / (same ? apart[0].q : apart[1].q);
      }
      g.first = apart[0].index;
      g.second = apart[1].index;

      const R own_centre = R(student_centre), other_centre = R(teacher_centre);
      const auto total = scope.template reduce<DivergenceSums<R>, T>([&](DivergenceSums<R>& s, PackPlace at) GIBBS_INLINE {
        const Pack<T> a = student.at(at, scope.columns), b = teacher.at(at, scope.columns);
        GIBBS_UNROLL_BY(1)
        for (int e = 0; e < at.count; ++e) {
          const R z = to_real(a.at(e)), t = to_real(b.at(e)), mass = pair.student_mass(z), other = pair.teacher_mass(t);
          const bool no_student = z == -Limits<R>::infinity(), no_teacher = t == (probabilities ? R(0) : -Limits<R>::infinity());
          s.student_lacks += no_student && !no_teacher;
          s.teacher_lacks += no_teacher && !no_student;
          const int32_t j = at.index + e;
          if (j == g.first || j == g.second) continue;
          const DivergenceTerm<R> term =
              divergence_term(p.shape, mass, other, pair.ratio(z, t) + pair.constant, pair.teacher_log(t));
          s.value += term.value;
          s.student += fma(-mass, own_centre, term.student);
          s.teacher += fma(-other, other_centre, term.teacher);
        }
      });
      value = double(total.value);
      student_mean = double(total.student);
      teacher_mean = double(total.teacher);
      GIBBS_UNROLL
      for (int i = 0; i < 2; ++i) {
        if (apart[i].index < 0) continue;
        value += apart[i].term.value;
        if (apart[i].index != student_top) student_mean += apart[i].term.student - apart[i].p * student_centre;
        if (apart[i].index != teacher_top) teacher_mean += apart[i].term.teacher - apart[i].q * teacher_centre;
      }
      // sum (p - q) is what the rounding of both log sums left: in the value it is of second order.
      if (direct && !probabilities && !(total.student_lacks > 0)) {
        value -= student_mean - log1p(student_mean);
        if (value < 0) value = 0;
      }
      support = divergence_support(p.shape, probabilities, total.student_lacks > 0, total.teacher_lacks > 0);
      if (support.infinite) status = GIBBS_ROW_DISJOINT_SUPPORT;
    }

    const double weight = r.row_weights != nullptr ? double(r.row_weights[row]) : 1, factor = weight * p.scale;
    if (scope.leader()) {
      if (r.status != nullptr) r.status[row] = status;
      if (r.losses != nullptr)
        r.losses[row] = R(status != GIBBS_ROW_OK ? bad_row_value(status, factor) : factor == 0 ? 0 : factor * value);
    }
    if (r.gradient == nullptr && p.teacher_gradient == nullptr) continue;

    const double normaliser = r.normaliser != nullptr ? double(*r.normaliser) : double(r.normaliser_value);
    const double whole = normaliser == 0 ? 0 : factor / normaliser;
    const bool computed = status == GIBBS_ROW_OK || status == GIBBS_ROW_DISJOINT_SUPPORT;
    const bool zero = normaliser == 0 || status == GIBBS_ROW_ALL_MASKED || (computed && whole == 0);
    g.student_fill = zero ? kZero : computed && support.student_finite ? kAffine : kNan;
    g.teacher_fill = zero ? kZero : computed && support.teacher_finite ? kAffine : kNan;
    const double student_factor = whole * double(finite_inverse<R>(p.student_temperature));
    const double teacher_factor = whole * (probabilities ? 1 : double(finite_inverse<R>(p.teacher_temperature)));
    g.student_factor = finite(R(student_factor));
    g.teacher_factor = finite(R(teacher_factor));
    g.student_mean = R(student_centre + student_mean);
    g.teacher_mean = R(teacher_centre + teacher_mean);
    const auto apart_gradient = [&](const ApartClass& c, R& of_student, R& of_teacher) GIBBS_INLINE {
      if (c.index < 0) return;
      const double own = c.index == student_top ? 0 : c.term.student - c.p * student_centre;
      of_student = R((own - c.p * student_mean) * student_factor);
      const double other = c.index == teacher_top ? 0 : c.term.teacher - c.q * teacher_centre;
      const double derivative = c.q > 0 ? c.term.teacher / c.q : empty_class_derivative(p.shape, c.log_p);
      of_teacher = R((probabilities ? derivative : other - c.q * teacher_mean) * teacher_factor);
    };
    apart_gradient(apart[0], g.first_student, g.first_teacher);
    apart_gradient(apart[1], g.second_student, g.second_teacher);
    map_pair(scope, student, teacher, r.gradient == nullptr ? nullptr : static_cast<T*>(r.gradient) + row * r.gradient_stride,
             p.teacher_gradient == nullptr ? nullptr : static_cast<T*>(p.teacher_gradient) + row * p.teacher_gradient_stride, g);
  }
}

}  // namespace gibbs::kernels
