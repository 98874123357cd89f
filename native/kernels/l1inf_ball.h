// Projection onto {sum_g max |y_g| <= r}: y_j = sign(x_j) min(|x_j|, m_g), one theta for all groups: sum_{j in g} (|x_j| - m_g)_+
// = theta, m_g = 0 where |x_g|_1 <= theta, and sum m_g = r. The proximal map of t max_g |x_g|_1 is x minus that of radius t.
//
// With S_g = {|x_j| > m_g} and A_g its sum, m_g = (A_g - theta) / |S_g|: theta by Newton's method from 0, (sum A_g / |S_g| - r) /
// sum 1 / |S_g| over the groups with m_g > 0, and m_g for each theta by Newton's method from the left. Both functions are convex
// and decreasing, so that steps rise until one changes nothing: neither needs a limit. A block per row, a team of lanes per
// group.
//
// Gradient, by y (and x): on S_g = {|y_j| = m_g}, b_g = sum_S s v, beta = sum (b_g / |S_g|) / sum (1 / |S_g|): dx = s (b_g -
// beta) / |S_g|; dx = v below a level, 0 where m_g = 0; dr = beta. Of the proximal map v minus that and -beta, S_g = {y_j != 0}.
#pragma once

#include "kernels/group_apply.h"

namespace gibbs::kernels {

// A group's part in theta, in its GroupMoment: norm = m_g, along = A_g, exponent = |S_g|, 0 where m_g = 0.
struct LevelSums {
  Wide<double> heights, slopes;  // sum A_g / |S_g|, sum 1 / |S_g|
};
GIBBS_DEVICE LevelSums merge(const LevelSums& a, const LevelSums& b) { return {a.heights + b.heights, a.slopes + b.slopes}; }

struct ActiveSum {
  Wide<double> sum;
  double largest;
  int32_t count;
  uint32_t nan;
};
GIBBS_DEVICE ActiveSum merge(const ActiveSum& a, const ActiveSum& b) {
  return {a.sum + b.sum, max_number(a.largest, b.largest), a.count + b.count, a.nan | b.nan};
}

// The entries above a level, over a team of lanes. All lanes of the warp call.
template <class T>
GIBBS_DEVICE ActiveSum active_sum(const T* x, const GroupRange& range, double level, int rank, int team) {
  ActiveSum own{};
  for (int64_t j = int64_t(range.begin) + rank; j < range.end; j += team) {
    const double size = absolute(double(to_real(x[j])));
    own.largest = max_number(own.largest, size);
    own.nan |= uint32_t(is_nan(size));
    if (size > level) {
      own.sum = own.sum + size;
      own.count += 1;
    }
  }
  return team_merge(own, team, static_cast<ActiveSum*>(nullptr));
}

// f(group, range, valid, rank) for the groups of a row, teams of a warp side by side; valid is false where a team has none.
template <class R, class F>
GIBBS_DEVICE void each_team(const GroupParameters<R>& p, F f) {
  const int teams = kGroupThreads / p.team, rank = int(thread_index()) % p.team;
  GIBBS_UNROLL_BY(1)
  for (int64_t first = 0; first < p.groups; first += teams) {
    const int64_t group = first + int(thread_index()) / p.team;
    GroupRange range{};
    if (group < p.groups) range = group_range(p, int32_t(group));
    if (!range.valid) range.begin = range.end = 0;
    f(int32_t(group), range, group < p.groups, rank);
  }
}

// Groups at theta = 0: norm = the maximum, -1 for a group that makes no sense, along = the l1 norm, exponent = the ties of the
// maximum.
template <class T>
GIBBS_DEVICE void begin_levels(const GroupParameters<Real<T>>& p, const T* x, GroupMoment* moments) {
  each_team(p, [&](int32_t g, const GroupRange& range, bool own, int rank) GIBBS_INLINE {
    const ActiveSum all = active_sum(x, range, 0.0, rank, p.team);
    const double largest = all.nan != 0 ? Limits<double>::nan() : all.largest;
    // The first step leaves the maximum by the slope of its ties.
    int32_t ties = 0;
    for (int64_t j = int64_t(range.begin) + rank; j < range.end; j += p.team)
      ties += absolute(double(to_real(x[j]))) == all.largest;
    const Count tied = team_merge(Count{ties}, p.team, static_cast<Count*>(nullptr));
    if (own && rank == 0) moments[g] = {range.valid ? largest : -1.0, collapse(all.sum), largest > 0 ? tied.value : 0, 0};
  });
}

// Levels for a theta above 0.
template <class T>
GIBBS_DEVICE void solve_levels(const GroupParameters<Real<T>>& p, const T* x, GroupMoment* moments, Wide<double> theta) {
  each_team(p, [&](int32_t g, const GroupRange& range, bool own, int rank) GIBBS_INLINE {
    // From level 0: the set only shrinks, and the level only rises.
    double level = 0;
    ActiveSum active{};
    bool going = true;
    GIBBS_UNROLL_BY(1)
    while (lanes_or(going ? 1u : 0u) != 0) {
      const ActiveSum next = active_sum(x, range, level, rank, p.team);
      const double raised = next.count > 0 ? collapse(next.sum - theta) / next.count : 0.0;
      if (!going) continue;
      active = next;
      going = raised > level;
      if (going) level = raised;
    }
    if (own && rank == 0) moments[g] = {level, collapse(active.sum), level > 0 ? active.count : 0, 0};
  });
}

template <class R>
GIBBS_DEVICE LevelSums level_sums(const GroupParameters<R>& p, int64_t row) {
  return reduce_groups<LevelSums>(p, row, [&](LevelSums& s, int32_t, const GroupMoment& m) GIBBS_INLINE {
    if (m.exponent == 0) return;
    s.heights = s.heights + wide(m.along) / wide_count<double>(m.exponent);
    s.slopes = s.slopes + wide(1.0) / wide_count<double>(m.exponent);
  });
}

struct LevelScan {
  Wide<double> norm;
  double mass;  // the largest |x_g|_1
  uint32_t invalid, nan, infinite, padding;
};
GIBBS_DEVICE LevelScan merge(const LevelScan& a, const LevelScan& b) {
  return {a.norm + b.norm, max_number(a.mass, b.mass), a.invalid | b.invalid, a.nan | b.nan, a.infinite | b.infinite, 0};
}

// Levels of a row, into its moments: all entries below a level stay, so that infinite levels copy the row.
template <class T>
GIBBS_DEVICE void l1inf_rows(const GroupParameters<Real<T>>& p) {
  using R = Real<T>;
  for (int64_t row = block_index(); row < p.map.rows; row += grid_size()) {
    const T* const x = static_cast<const T*>(p.map.input) + row * p.map.input_stride;
    GroupMoment* const moments = p.moments + row * p.groups;
    const double radius = row_parameter(p.map, row);
    begin_levels(p, x, moments);
    block_barrier();
    const LevelScan scan = reduce_groups<LevelScan>(p, row, [&](LevelScan& s, int32_t, const GroupMoment& m) GIBBS_INLINE {
      s.invalid |= uint32_t(m.norm < 0);
      s.nan |= uint32_t(is_nan(m.norm));
      s.infinite |= uint32_t(m.norm == Limits<double>::infinity());
      if (m.norm > 0) s.norm = s.norm + m.norm;
      s.mass = max_number(s.mass, m.along);
    });
    const uint8_t status = group_status<R>({scan.invalid, scan.nan, scan.infinite, 0}, radius);
    double theta = Limits<double>::nan();
    if (status == GIBBS_ROW_OK) {
      const bool inside = R(collapse(scan.norm)) <= R(radius);
      theta = inside ? 0.0 : scan.mass;
      if (inside || radius == 0) {
        // The proximal map of a zero row keeps its zeros as they are.
        const bool copies = inside && !(radius == 0 && p.map.map == GIBBS_MAP_LINF1_PROX);
        for (int32_t g = int32_t(thread_index()); g < p.groups; g += kGroupThreads)
          moments[g].norm = copies ? Limits<double>::infinity() : 0.0;
      } else {
        Wide<double> at = wide(0.0);
        GIBBS_UNROLL_BY(1)
        for (bool first = true;; first = false) {
          LevelSums s;
          if (first) {
            // At theta = 0 every level is its maximum.
            s = reduce_groups<LevelSums>(p, row, [&](LevelSums& sums, int32_t, const GroupMoment& m) GIBBS_INLINE {
              if (m.exponent == 0) return;
              sums.heights = sums.heights + m.norm;
              sums.slopes = sums.slopes + wide(1.0) / wide_count<double>(m.exponent);
            });
          } else {
            s = level_sums(p, row);
          }
          if (!(s.slopes.high > 0)) break;
          const Wide<double> next = (s.heights - radius) / s.slopes;
          if (!(at < next)) break;
          at = next;
          solve_levels(p, x, moments, at);
          block_barrier();
        }
        theta = collapse(at);
      }
    }
    if (thread_index() == 0) {
      p.row_status[row] = status;
      if (p.map.status != nullptr) p.map.status[row] = status;
      if (p.map.thresholds != nullptr) p.map.thresholds[row] = R(theta);
    }
    block_barrier();
  }
}

// The gradient's groups: norm = level (1 for the proximal map, where it only says that there is one), along = (b_g - beta) /
// |S_g|.
template <class T>
GIBBS_DEVICE void l1inf_gradient_rows(const GroupParameters<Real<T>>& p) {
  using R = Real<T>;
  const bool prox = p.map.map == GIBBS_MAP_LINF1_PROX;
  for (int64_t row = block_index(); row < p.map.rows; row += grid_size()) {
    const T* const y = static_cast<const T*>(p.map.result) + row * p.map.result_stride;
    const T* const v = static_cast<const T*>(p.map.upstream) + row * p.map.upstream_stride;
    const T* const x = prox ? static_cast<const T*>(p.map.input) + row * p.map.input_stride : nullptr;
    GroupMoment* const moments = p.moments + row * p.groups;
    const double theta = double(p.map.saved_thresholds[row]);
    const bool zero = row_parameter(p.map, row) == 0, plain = theta == 0 || zero;
    const bool bad = !(theta >= 0);
    double common = 0;
    if (bad) common = Limits<double>::nan();
    if (plain) {
      // Inside the ball, or of radius 0, one of the two maps is the identity and the other is 0.
      for (int32_t g = int32_t(thread_index()); g < p.groups; g += kGroupThreads)
        moments[g] = {prox == zero ? Limits<double>::infinity() : -Limits<double>::infinity(), 0, 0, 0};
    } else if (!bad) {
      each_team(p, [&](int32_t g, const GroupRange& range, bool own, int rank) GIBBS_INLINE {
        double level = 0;
        for (int64_t j = int64_t(range.begin) + rank; j < range.end; j += p.team) {
          const double value = double(to_real(y[j]));
          level = max_number(level, !prox ? absolute(value) : value != double(to_real(x[j])) ? 1.0 : 0.0);
        }
        ActiveSum sum{};
        sum.largest = level;
        level = team_merge(sum, p.team, static_cast<ActiveSum*>(nullptr)).largest;
        sum = ActiveSum{};
        for (int64_t j = int64_t(range.begin) + rank; j < range.end; j += p.team) {
          const double value = double(to_real(y[j]));
          if (level == 0 || (prox ? value == 0 : absolute(value) < level)) continue;
          sum.count += 1;
          sum.sum = sum.sum + (value > 0 ? double(to_real(v[j])) : -double(to_real(v[j])));
        }
        sum = team_merge(sum, p.team, static_cast<ActiveSum*>(nullptr));
        if (own && rank == 0) moments[g] = {level, collapse(sum.sum), sum.count, 0};
      });
      block_barrier();
      const LevelSums s = level_sums(p, row);
      common = s.slopes.high > 0 ? collapse(s.heights) / collapse(s.slopes) : 0.0;
      for (int32_t g = int32_t(thread_index()); g < p.groups; g += kGroupThreads) {
        if (moments[g].exponent > 0) moments[g].along = (moments[g].along - common) / moments[g].exponent;
      }
    }
    if (thread_index() == 0) {
      p.row_status[row] = bad ? GIBBS_ROW_NOT_A_NUMBER : GIBBS_ROW_OK;
      if (p.map.parameter_gradient != nullptr) p.map.parameter_gradient[row] = R(prox ? -common : common);
    }
    block_barrier();
  }
}

template <class T>
GIBBS_DEVICE T leveled_entry(bool prox, double level, T element) {
  using R = Real<T>;
  const T zero = From<T>::real(R(0));
  const double x = double(to_real(element)), size = absolute(x);
  if (level == 0) return prox ? element : zero;
  if (size <= level) return prox ? zero : element;
  const R y = R(prox ? size - level : level);
  return From<T>::real(x < 0 ? -y : y);
}

template <class T>
GIBBS_DEVICE T leveled_gradient(bool prox, const GroupMoment& m, T upstream, T result) {
  using R = Real<T>;
  const T zero = From<T>::real(R(0));
  if (is_infinite(m.norm)) return m.norm > 0 ? upstream : zero;
  if (m.norm == 0) return prox ? upstream : zero;
  const double y = double(to_real(result)), share = y > 0 ? m.along : -m.along;
  if (prox ? y == 0 : absolute(y) < m.norm) return prox ? zero : upstream;
  return From<T>::real(R(prox ? double(to_real(upstream)) - share : share));
}

template <class T>
GIBBS_DEVICE void l1inf_apply(const GroupParameters<Real<T>>& p) {
  const bool prox = p.map.map == GIBBS_MAP_LINF1_PROX;
  map_groups<T>(p, [&](const GroupMoment& m, T element, T result) GIBBS_INLINE {
    return p.gradient ? leveled_gradient(prox, m, element, result) : leveled_entry(prox, m.norm, element);
  });
}

}  // namespace gibbs::kernels
