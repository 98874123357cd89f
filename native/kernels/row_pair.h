// Two rows of one length in a row scope, a student's logits and a teacher's logits or probabilities: a first look at both, their
// sums of exponentials, and from two entries of one class z, t:
//
//   log p = (z - max z) / Ts - log sum,   log q likewise or log t,   u = log p - log q less a constant of the row
//
// then a map of both rows to two results in one pass.
#pragma once

#include "kernels/divergence_terms.h"
#include "kernels/row_softmax.h"

namespace gibbs::kernels {

// The first look at both rows.
template <class R>
struct PairScan {
  R student_maximum, teacher_maximum;       // a NaN loses
  int32_t nans, infinite, invalid, filled;  // infinite: logits of +inf; filled: probabilities that are not 0
};
template <class R>
GIBBS_DEVICE PairScan<R> merge(const PairScan<R>& a, const PairScan<R>& b) {
  return {max_number(a.student_maximum, b.student_maximum),
          max_number(a.teacher_maximum, b.teacher_maximum),
          a.nans + b.nans,
          a.infinite + b.infinite,
          a.invalid + b.invalid,
          a.filled + b.filled};
}

template <class R>
struct PairSums {
  R student_rest, teacher_rest;
  int32_t student_ties, teacher_ties, student_top, teacher_top;
};
template <class R>
GIBBS_DEVICE PairSums<R> merge(const PairSums<R>& a, const PairSums<R>& b) {
  return {a.student_rest + b.student_rest,
          a.teacher_rest + b.teacher_rest,
          a.student_ties + b.student_ties,
          a.teacher_ties + b.teacher_ties,
          a.student_top < b.student_top ? a.student_top : b.student_top,
          a.teacher_top < b.teacher_top ? a.teacher_top : b.teacher_top};
}

// What two entries of one class are made into.
template <class R>
struct RowPair {
  R student_maximum, teacher_maximum, student_inverse, teacher_inverse;
  R student_log_sum, teacher_log_sum;
  R shift, constant;  // d = u + constant
  bool equal_temperatures, probabilities;

  // log(p / q) less the constant; far off where one side is masked, anything where both are.
  GIBBS_DEVICE R ratio(R z, R t) const {
    const R far = far_ratio<R>(), masked = -Limits<R>::infinity();
    const bool no_student = z == masked, no_teacher = t == (probabilities ? R(0) : masked);
    if (no_student || no_teacher) return no_student ? (no_teacher ? R(0) : -far) : far;
    R u;
    if (probabilities) {
      u = (z - student_maximum) * student_inverse - log(t);
    } else if (equal_temperatures) {
      const R w = z - t, part = w - z;
      R lost = (z - (w - part)) - (t + part);
      if (is_nan(lost)) lost = R(0);  // w overflowed
      u = ((w - shift) + lost) * student_inverse;
    } else {
      u = fma(z - student_maximum, student_inverse, -((t - teacher_maximum) * teacher_inverse));
    }
    return is_nan(u) ? R(0) : u > far ? far : u < -far ? -far : u;
  }
  GIBBS_DEVICE R student_log(R z) const {
    return z == -Limits<R>::infinity() ? z : (z - student_maximum) * student_inverse - student_log_sum;
  }
  // Finite: far below where there is no mass.
  GIBBS_DEVICE R teacher_log(R t) const {
    const R far = far_ratio<R>();
    if (t == (probabilities ? R(0) : -Limits<R>::infinity())) return -far;
    const R x = probabilities ? log(t) : (t - teacher_maximum) * teacher_inverse - teacher_log_sum;
    return x < -far ? -far : x;
  }
  GIBBS_DEVICE R student_mass(R z) const { return exp(student_log(z)); }
  GIBBS_DEVICE R teacher_mass(R t) const {
    if (probabilities) return t;
    return t == -Limits<R>::infinity() ? R(0) : exp((t - teacher_maximum) * teacher_inverse - teacher_log_sum);
  }
};

// Pack::set for an e that is not a constant.
template <class T>
GIBBS_DEVICE void put(Pack<T>& pack, int e, T value) {
  GIBBS_UNROLL
  for (int i = 0; i < Pack<T>::size; ++i) {
    if (i == e) pack.set(i, value);
  }
}

// Both rows by f(student, teacher, index, student result, teacher result), in one pass; a null destination is not written.
template <class T, class F>
GIBBS_DEVICE void map_pair(const RowScope& scope, const RowSource<T>& student, const RowSource<T>& teacher, T* student_result,
                           T* teacher_result, const F& f) {
  const auto mapped = [&](PackPlace at, Pack<T>& a, Pack<T>& b) GIBBS_INLINE {
    a = student.at(at, scope.columns);
    b = teacher.at(at, scope.columns);
    GIBBS_UNROLL_BY(1)
    for (int e = 0; e < at.count; ++e) {
      T of_student, of_teacher;
      f(a.at(e), b.at(e), at.index + e, of_student, of_teacher);
      put(a, e, of_student);
      put(b, e, of_teacher);
    }
  };
  scope.each_segment(
      [&](int32_t segment) GIBBS_INLINE {
        const int32_t begin = segment * kSegment<T>, left = scope.columns - begin;
        const int count = left < kSegment<T> ? int(left) : int(kSegment<T>);
        if (student.kept == nullptr) {
          scope.each_pack<T>(segment, [&](PackPlace at) GIBBS_INLINE {
            Pack<T> a, b;
            mapped(at, a, b);
            if (student_result != nullptr) store_pack(student_result + begin, count, at.index - begin, a);
            if (teacher_result != nullptr) store_pack(teacher_result + begin, count, at.index - begin, b);
          });
          return;
        }
        scope.each_pack<T>(segment, [&](PackPlace at) GIBBS_INLINE {
          const int place = at.pack * int(kWarp) + int(lane_index());
          mapped(at, student.kept[place], teacher.kept[place]);
        });
        Pack<T> packs[kPacks];
        const auto store = [&](const Pack<T>* kept, T* result) GIBBS_INLINE {
          if (result == nullptr) return;
          GIBBS_UNROLL
          for (int k = 0; k < kPacks; ++k) packs[k] = kept[(segment * kPacks + k) * int(kWarp) + int(lane_index())];
          store_segment(result + begin, count, packs);
        };
        store(student.kept, student_result);
        store(teacher.kept, teacher_result);
      },
      [](int32_t) GIBBS_INLINE {});
}

template <class T>
GIBBS_DEVICE PairScan<Real<T>> scan_pair(const RowScope& scope, const RowSource<T>& student, const RowSource<T>& teacher,
                                         bool probabilities) {
  using R = Real<T>;
  const R infinity = Limits<R>::infinity();
  const auto segment = [&](PairScan<R>& s, int32_t i) GIBBS_INLINE {
    student.first(scope, i, [&](const Pack<T>& pack, PackPlace at) GIBBS_INLINE {
      GIBBS_UNROLL
      for (int e = 0; e < Pack<T>::size; ++e) {
        if (e >= at.count) continue;
        const R z = to_real(pack.get(e));
        s.student_maximum = max_number(s.student_maximum, z);
        s.nans += is_nan(z);
        s.infinite += z == infinity;
      }
    });
    teacher.first(scope, i, [&](const Pack<T>& pack, PackPlace at) GIBBS_INLINE {
      GIBBS_UNROLL
      for (int e = 0; e < Pack<T>::size; ++e) {
        if (e >= at.count) continue;
        const R t = to_real(pack.get(e));
        s.teacher_maximum = max_number(s.teacher_maximum, t);
        s.nans += is_nan(t);
        s.infinite += !probabilities && t == infinity;
        s.invalid += probabilities && (t < 0 || t > 1);
        s.filled += t != (probabilities ? R(0) : -infinity);
      }
    });
  };
  return scope.reduce_segments(segment, PairScan<R>{-infinity, -infinity, 0, 0, 0, 0});
}

template <class R>
GIBBS_DEVICE uint8_t pair_status(const PairScan<R>& s) {
  if (s.nans > 0) return GIBBS_ROW_NOT_A_NUMBER;
  if (s.infinite > 0) return GIBBS_ROW_PLUS_INFINITY;
  if (s.invalid > 0) return GIBBS_ROW_INVALID_PROBABILITY;
  return s.filled == 0 || s.student_maximum == -Limits<R>::infinity() ? GIBBS_ROW_ALL_MASKED : GIBBS_ROW_OK;
}

// sum exp(x) of one side: entries at the maximum are counted.
template <class R>
GIBBS_DEVICE void add_exponential(R z, R maximum, R inverse, int32_t j, R& rest, int32_t& ties, int32_t& top) {
  if (z == maximum) {
    ties += 1;
    if (j < top) top = j;
  } else if (z > -Limits<R>::infinity()) {
    rest += exp((z - maximum) * inverse);
  }
}

template <class T>
GIBBS_DEVICE PairSums<Real<T>> sum_pair(const RowScope& scope, const RowSource<T>& student, const RowSource<T>& teacher,
                                        const RowPair<Real<T>>& pair) {
  using R = Real<T>;
  return scope.template reduce<PairSums<R>, T>(
      [&](PairSums<R>& s, PackPlace at) GIBBS_INLINE {
        const Pack<T> a = student.at(at, scope.columns), b = teacher.at(at, scope.columns);
        GIBBS_UNROLL
        for (int e = 0; e < Pack<T>::size; ++e) {
          if (e >= at.count) continue;
          const int32_t j = at.index + e;
          add_exponential(to_real(a.get(e)), pair.student_maximum, pair.student_inverse, j, s.student_rest, s.student_ties,
                          s.student_top);
          if (!pair.probabilities)
            add_exponential(to_real(b.get(e)), pair.teacher_maximum, pair.teacher_inverse, j, s.teacher_rest, s.teacher_ties,
                            s.teacher_top);
        }
      },
      PairSums<R>{R(0), R(0), 0, 0, kNoArgmax, kNoArgmax});
}

}  // namespace gibbs::kernels
