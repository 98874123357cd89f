// Divergences from teachers that list k classes of a row with their log-probabilities:
//
//   NONE           sum q (log q - log p) over the listed,  gradient (sum q) p - q
//   RENORMALISED   D of q / sum q, 0 elsewhere, from p
//   BUCKET         D over the listed classes and one of all others: max(0, 1 - sum q) against their mass in p
//
// Classes are few and in fp64. Where one is not listed the gradient is slope p_j; the listed ones are written over it. The
// student is read once where the scope keeps it. A class listed twice is looked for by comparing each with those before it: k is
// meant small.
#pragma once

#include "kernels/row_divergence.h"

namespace gibbs::kernels {

// Log-probabilities are rounded: their sum may be more than 1, or leave a little.
constexpr double kMassSlack = 1e-3;

struct ListCheck {
  double largest;
  int32_t outside, twice, nans, invalid, count, unused;
};
GIBBS_DEVICE ListCheck merge(const ListCheck& a, const ListCheck& b) {
  return {max_number(a.largest, b.largest),
          a.outside + b.outside,
          a.twice + b.twice,
          a.nans + b.nans,
          a.invalid + b.invalid,
          a.count + b.count,
          0};
}

// Of the classes below the largest q: sum q, and that divided by the largest.
struct ListMass {
  double others, relative;
  int32_t ties, unused;
};
GIBBS_DEVICE ListMass merge(const ListMass& a, const ListMass& b) {
  return {a.others + b.others, a.relative + b.relative, a.ties + b.ties, 0};
}

struct ListTop {
  double log_p;
  int32_t index, unused;
};
GIBBS_DEVICE ListTop merge(const ListTop& a, const ListTop& b) {
  return a.log_p > b.log_p || (a.log_p == b.log_p && a.index < b.index) ? a : b;
}

struct ListSums {
  double value, student;
  int32_t student_lacks, teacher_lacks;
};
GIBBS_DEVICE ListSums merge(const ListSums& a, const ListSums& b) {
  return {a.value + b.value, a.student + b.student, a.student_lacks + b.student_lacks, a.teacher_lacks + b.teacher_lacks};
}

struct Offset {
  double value;
};
GIBBS_DEVICE Offset merge(Offset a, Offset b) { return {max_number(a.value, b.value)}; }

// A sum of exponentials in more digits than theirs: in fp64 of fp32, in two words of fp64.
template <class R>
struct ExactSum {
  double high, low;
  GIBBS_DEVICE void add(double x) {
    if constexpr (sizeof(R) == 4) {
      high += x;
    } else {
      const Wide<double> sum = Wide<double>{high, low} + x;
      high = sum.high;
      low = sum.low;
    }
  }
};
template <class R>
GIBBS_DEVICE ExactSum<R> merge(const ExactSum<R>& a, const ExactSum<R>& b) {
  if constexpr (sizeof(R) == 4) return {a.high + b.high, 0};
  const Wide<double> sum = Wide<double>{a.high, a.low} + Wide<double>{b.high, b.low};
  return {sum.high, sum.low};
}

template <class T>
struct SparseTeacher {
  using R = Real<T>;
  const void* ids;
  const R* logs;
  const T* student;
  int32_t id_bytes, listed, columns;
  double log_shift;  // taken off every log q

  GIBBS_DEVICE int64_t id(int32_t i) const {
    return id_bytes == 4 ? int64_t(static_cast<const int32_t*>(ids)[i]) : static_cast<const int64_t*>(ids)[i];
  }
  GIBBS_DEVICE bool lists(int32_t i) const {
    const int64_t class_index = id(i);
    return class_index >= 0 && class_index < columns;
  }
  // f(i) of the classes that are listed, in places of a pack.
  template <class F>
  GIBBS_DEVICE void each(PackPlace at, F f) const {
    GIBBS_UNROLL_BY(1)
    for (int e = 0; e < at.count; ++e) {
      if (lists(at.index + e)) f(at.index + e);
    }
  }
};

// A class in fp64 from its two logarithms.
struct ListedClass {
  double p, q;
  bool no_student, no_teacher;
  DivergenceTerm<double> term;
};
GIBBS_DEVICE ListedClass listed_class(const DivergenceShape& shape, double log_p, double log_q) {
  const double infinity = Limits<double>::infinity(), far = far_ratio<double>();
  ListedClass c;
  c.no_student = log_p == -infinity;
  c.no_teacher = log_q == -infinity;
  c.p = exp(log_p);
  c.q = exp(log_q);
  double d = log_p - log_q;
  if (c.no_student || c.no_teacher) d = !c.no_teacher ? -far : !c.no_student ? far : 0;
  d = d > far ? far : d < -far ? -far : d;
  c.term = divergence_term(shape, c.p, c.q, d, c.no_teacher ? -far : log_q);
  return c;
}

template <class R>
GIBBS_DEVICE double listed_log(const RowSoftmax<R>& softmax, R z, double temperature) {
  if (z == -Limits<R>::infinity()) return -Limits<double>::infinity();
  return (double(z) - double(softmax.maximum)) / temperature - double(softmax.log_sum);
}

// log sum exp(x_j) of what is not listed; -inf where that is nothing. All entries less the listed ones, to more digits than an
// exponential has; where next to nothing is left all that is larger than it can be is listed, and the rest is summed again.
template <class T>
GIBBS_DEVICE double log_of_rest(const RowScope& scope, const RowScope& list, const RowSource<T>& source,
                                const SparseTeacher<T>& teacher, const RowSoftmax<Real<T>>& softmax) {
  using R = Real<T>;
  const double infinity = Limits<double>::infinity();
  const double accurate = sizeof(R) == 4 ? 1.52587890625e-05 : 9.094947017729282e-13;    // 2^-16, 2^-40
  const double noise = sizeof(R) == 4 ? 1.4551915228366852e-11 : 8.077935669463161e-28;  // 2^-36, 2^-90
  R cap = R(0);
  for (;;) {
    const auto all = scope.template reduce<ExactSum<R>, T>([&](ExactSum<R>& s, PackPlace at) GIBBS_INLINE {
      const Pack<T> pack = source.at(at, scope.columns);
      GIBBS_UNROLL_BY(1)
      for (int e = 0; e < at.count; ++e) {
        const R x = softmax.offset(to_real(pack.at(e)));
        if (x <= cap) s.add(double(exp(x - cap)));
      }
    });
    const auto listed = list.template reduce<ExactSum<R>, T>([&](ExactSum<R>& s, PackPlace at) GIBBS_INLINE {
      teacher.each(at, [&](int32_t i) GIBBS_INLINE {
        const R x = softmax.offset(to_real(teacher.student[teacher.id(i)]));
        if (x <= cap) s.add(double(exp(x - cap)));
      });
    });
    double rest = all.high - listed.high;
    if constexpr (sizeof(R) == 8) rest = (Wide<double>{all.high, all.low} - Wide<double>{listed.high, listed.low}).high;
    if (rest > accurate * all.high || rest >= 0.5) return double(cap) + log(rest);
    const double cut = double(cap) + log((rest > 0 ? rest * 1.0001 : 0) + all.high * noise) + absolute(double(cap)) * 1e-6;
    const Offset next = scope.template reduce<Offset, T>(
        [&](Offset& s, PackPlace at) GIBBS_INLINE {
          const Pack<T> pack = source.at(at, scope.columns);
          GIBBS_UNROLL_BY(1)
          for (int e = 0; e < at.count; ++e) {
            const double x = double(softmax.offset(to_real(pack.at(e))));
            if (x <= cut && x < double(cap)) s.value = max_number(s.value, x);
          }
        },
        Offset{-infinity});
    if (next.value == -infinity) return next.value;
    cap = R(next.value);
  }
}

template <class T>
struct SparseGradient {
  using R = Real<T>;
  RowSoftmax<R> softmax;
  R slope;
  int32_t fill;
  GIBBS_DEVICE T operator()(T element, int32_t) const {
    if (fill != kAffine) return From<T>::real(fill == kZero ? R(0) : Limits<R>::nan());
    return From<T>::real(softmax.probability(to_real(element)) * slope);
  }
};

template <class T>
GIBBS_DEVICE void sparse_divergence(const RowDivergenceParameters<Real<T>>& p) {
  using R = Real<T>;
  const RowParameters<R>& r = p.row;
  const RowScope scope(p.scope, r.columns), list(ScopeGeometry{p.list_segments, 1, 0}, p.listed);
  const double infinity = Limits<double>::infinity();
  for (int64_t row = scope.first(); row < r.rows; row += scope.stride()) {
    const RowSource<T> source = {static_cast<const T*>(r.logits) + row * r.logits_stride, scope.template kept<T>(0)};
    const auto* ids = static_cast<const unsigned char*>(p.ids) + row * p.ids_stride * p.id_bytes;
    SparseTeacher<T> teacher = {
        ids, p.log_probabilities + row * p.log_probabilities_stride, source.row, p.id_bytes, p.listed, r.columns, 0};
    const RowSoftmax<R> softmax = row_softmax(scope, source, finite_inverse<R>(p.student_temperature));
    const ListCheck check = list.template reduce<ListCheck, T>(
        [&](ListCheck& s, PackPlace at) GIBBS_INLINE {
          GIBBS_UNROLL_BY(1)
          for (int e = 0; e < at.count; ++e) {
            const int32_t i = at.index + e;
            const int64_t id = teacher.id(i);
            s.outside += id >= r.columns;
            if (!teacher.lists(i)) continue;
            const double log_q = double(teacher.logs[i]);
            s.largest = max_number(s.largest, log_q);
            s.nans += is_nan(log_q);
            s.invalid += log_q > 0;
            s.count += 1;
            GIBBS_UNROLL_BY(1)
            for (int32_t j = 0; j < i; ++j) s.twice += teacher.id(j) == id;
          }
        },
        ListCheck{-infinity, 0, 0, 0, 0, 0, 0});
    uint8_t status = check.outside > 0                           ? uint8_t(GIBBS_ROW_TARGET_OUT_OF_RANGE)
                     : check.twice > 0                           ? uint8_t(GIBBS_ROW_INVALID_PARAMETER)
                     : check.nans > 0                            ? uint8_t(GIBBS_ROW_NOT_A_NUMBER)
                     : softmax.status == GIBBS_ROW_NOT_A_NUMBER  ? softmax.status
                     : softmax.status == GIBBS_ROW_PLUS_INFINITY ? softmax.status
                     : check.invalid > 0                         ? uint8_t(GIBBS_ROW_INVALID_PROBABILITY)
                                                                 : uint8_t(GIBBS_ROW_OK);
    const bool buckets = p.tail == GIBBS_TAIL_BUCKET, renormalises = p.tail == GIBBS_TAIL_RENORMALISED;
    DivergenceSupport support = {false, true, true};
    double value = 0, centre = 0, mean = 0, slope = 0, mass = 0;
    int32_t top = -1;
    const auto log_p = [&](int32_t i) GIBBS_INLINE {
      return listed_log(softmax, to_real(source.row[teacher.id(i)]), p.student_temperature);
    };
    if (status == GIBBS_ROW_OK) {
      const bool any = check.largest > -infinity;
      const ListMass m = list.template reduce<ListMass, T>([&](ListMass& s, PackPlace at) GIBBS_INLINE {
        teacher.each(at, [&](int32_t i) GIBBS_INLINE {
          const double log_q = double(teacher.logs[i]);
          if (log_q == check.largest) {
            s.ties += 1;
          } else if (log_q > -infinity) {
            s.others += exp(log_q);
            s.relative += exp(log_q - check.largest);
          }
        });
      });
      const double largest = exp(check.largest);
      mass = any ? largest * (double(m.ties) + m.relative) : 0;
      // 1 - sum q keeps the digits of a confident teacher.
      double left = any ? -expm1(check.largest) - (m.others + double(m.ties - 1) * largest) : 1;
      if (left < 0) left = 0;
      if (renormalises && any) teacher.log_shift = check.largest + log(double(m.ties) + m.relative);
      if (buckets && mass > 1 + kMassSlack)
        status = GIBBS_ROW_INVALID_PROBABILITY;
      else if (softmax.status == GIBBS_ROW_ALL_MASKED || (!any && !buckets))
        status = GIBBS_ROW_ALL_MASKED;
      if (status == GIBBS_ROW_OK) {
        const double rest = p.tail == GIBBS_TAIL_NONE ? -infinity : log_of_rest(scope, list, source, teacher, softmax);
        // No class is left for what rounding leaves of the teacher's mass.
        const bool all = check.count == r.columns || (rest == -infinity && left <= kMassSlack);
        const bool has_rest = renormalises ? rest > -infinity : buckets && !all;
        const double rest_p = rest - double(softmax.log_sum), rest_q = renormalises ? -infinity : log(left);
        ListedClass others{};
        if (has_rest) others = listed_class(p.shape, rest_p, rest_q);
        const ListTop largest_class = list.template reduce<ListTop, T>(
            [&](ListTop& s, PackPlace at) GIBBS_INLINE {
              teacher.each(at, [&](int32_t i) GIBBS_INLINE { s = merge(s, ListTop{log_p(i), i, 0}); });
            },
            ListTop{-infinity, 0x7fffffff, 0});
        const bool rest_leads = has_rest && (rest_p > largest_class.log_p);
        if (p.tail != GIBBS_TAIL_NONE) {
          top = rest_leads ? -1 : largest_class.index;
          if (rest_leads) {
            centre = others.term.student / others.p;
          } else {
            const ListedClass c = listed_class(p.shape, largest_class.log_p, double(teacher.logs[top]) - teacher.log_shift);
            centre = c.term.student / c.p;
          }
        }
        const ListSums sums = list.template reduce<ListSums, T>([&](ListSums& s, PackPlace at) GIBBS_INLINE {
          teacher.each(at, [&](int32_t i) GIBBS_INLINE {
            const double own = log_p(i), other = double(teacher.logs[i]) - teacher.log_shift;
            const ListedClass c = listed_class(p.shape, own, other);
            s.student_lacks += c.no_student && !c.no_teacher;
            s.teacher_lacks += c.no_teacher && !c.no_student;
            if (p.tail == GIBBS_TAIL_NONE) {
              if (!c.no_teacher && !c.no_student) s.value += c.q * (other - own);
            } else {
              s.value += c.term.value;
              if (i != top) s.student += c.term.student - c.p * centre;
            }
          });
        });
        value = sums.value;
        mean = sums.student;
        bool student_lacks = sums.student_lacks > 0, teacher_lacks = sums.teacher_lacks > 0 && p.tail != GIBBS_TAIL_NONE;
        slope = p.tail == GIBBS_TAIL_NONE ? mass : 0;
        if (has_rest) {
          student_lacks = student_lacks || (others.no_student && !others.no_teacher);
          teacher_lacks = teacher_lacks || (others.no_teacher && !others.no_student);
          value += others.term.value;
          const double own = rest_leads ? 0 : others.term.student - others.p * centre;
          mean += own;
          slope = others.p > 0 ? own / others.p - mean : 0;
        }
        support = divergence_support(p.shape, false, student_lacks, teacher_lacks);
        if (support.infinite) status = GIBBS_ROW_DISJOINT_SUPPORT;
      }
    }

    const double weight = r.row_weights != nullptr ? double(r.row_weights[row]) : 1, factor = weight * p.scale;
    if (scope.leader()) {
      if (r.status != nullptr) r.status[row] = status;
      if (r.losses != nullptr)
        r.losses[row] = R(status != GIBBS_ROW_OK ? bad_row_value(status, factor) : factor == 0 ? 0 : factor * value);
    }
    if (r.gradient == nullptr) continue;

    const double normaliser = r.normaliser != nullptr ? double(*r.normaliser) : double(r.normaliser_value);
    const double whole = normaliser == 0 ? 0 : factor / normaliser;
    const bool computed = status == GIBBS_ROW_OK || status == GIBBS_ROW_DISJOINT_SUPPORT;
    const bool zero =
        normaliser == 0 || status == GIBBS_ROW_ALL_MASKED || status == GIBBS_ROW_TARGET_OUT_OF_RANGE || (computed && whole == 0);
    SparseGradient<T> g{};
    g.softmax = softmax;
    g.fill = zero ? kZero : computed && support.student_finite ? kAffine : kNan;
    const double student_factor = whole * double(finite_inverse<R>(p.student_temperature));
    g.slope = finite(R(slope * student_factor));
    double* own_gradients = p.listed_gradients + int64_t(block_index()) * p.listed;
    T* gradient = static_cast<T*>(r.gradient) + row * r.gradient_stride;
    // The listed classes' own gradients, before the row that they are read from is written.
    if (g.fill == kAffine) {
      GIBBS_UNROLL_BY(1)
      for (int32_t i = int32_t(thread_index()); i < p.listed; i += int32_t(block_size())) {
        if (!teacher.lists(i)) continue;
        const ListedClass c = listed_class(p.shape, log_p(i), double(teacher.logs[i]) - teacher.log_shift);
        const double centred = i == top ? 0 : c.term.student - c.p * centre;
        own_gradients[i] = (p.tail == GIBBS_TAIL_NONE ? mass * c.p - c.q : centred - c.p * mean) * student_factor;
      }
    }
    block_barrier();
    map_row(scope, source, gradient, g);
    block_barrier();
    if (g.fill == kAffine) {
      GIBBS_UNROLL_BY(1)
      for (int32_t i = int32_t(thread_index()); i < p.listed; i += int32_t(block_size())) {
        if (teacher.lists(i)) gradient[teacher.id(i)] = From<T>::real(R(own_gradients[i]));
      }
    }
  }
}

}  // namespace gibbs::kernels
