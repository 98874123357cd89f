// A Sinkhorn solve of one problem by its team: state from arguments, stages of eps, sums of the plan, potentials in the units of
// the cost; and the kernels' ways through a batch. Every outcome has a name, and none is found out by the host.
#pragma once

#include "kernels/sinkhorn_gradient.h"
#include "kernels/sinkhorn_loop.h"
#include "kernels/sinkhorn_newton.h"
#include "kernels/sinkhorn_plan.h"
#include "kernels/sinkhorn_symmetric.h"

namespace gibbs::kernels {

// A stage that only leads to the next need not be exact.
constexpr double kStageTolerance = 1e-2;
// By how much of sum a the masses of held marginals may differ.
constexpr double kMassTolerance = 1e-5;

// Where a problem lies in the batch.
struct SinkhornPlace {
  int64_t rows, columns, source, target, cost, cost_stride, plan, plan_stride;
  bool fits;
};
GIBBS_DEVICE SinkhornPlace sinkhorn_place(const SinkhornParameters& p, int64_t problem) {
  SinkhornPlace at = {p.rows,
                      p.columns,
                      problem * p.rows,
                      problem * p.columns,
                      problem * p.rows * p.matrix.stride,
                      p.matrix.stride,
                      problem * p.rows * p.plan_stride,
                      p.plan_stride,
                      true};
  if ((p.flags & GIBBS_SINKHORN_SHARED_COSTS) != 0) at.cost = 0;
  if (p.source_offsets == nullptr) return at;
  at.source = p.source_offsets[problem];
  at.target = p.target_offsets[problem];
  const int64_t source_end = p.source_offsets[problem + 1], target_end = p.target_offsets[problem + 1];
  at.rows = source_end - at.source;
  at.columns = target_end - at.target;
  at.fits = at.source >= 0 && at.target >= 0 && source_end <= p.source_total && target_end <= p.target_total && at.rows >= 1 &&
            at.columns >= 1 && at.rows <= p.rows && at.columns <= p.columns;
  at.cost = at.plan = 0;
  at.cost_stride = at.plan_stride = at.columns;
  if (at.fits && p.cost_offsets != nullptr) {
    at.cost = at.plan = p.cost_offsets[problem];
    const int64_t end = p.cost_offsets[problem + 1];
    at.fits = at.cost >= 0 && end <= p.cost_total && end - at.cost == at.rows * at.columns;
  }
  return at;
}

struct SinkhornMasses {
  double source, target, bad;
};
GIBBS_DEVICE SinkhornMasses merge(const SinkhornMasses& a, const SinkhornMasses& b) {
  return {a.source + b.source, a.target + b.target, a.bad + b.bad};
}
struct SinkhornDuals {
  double dual, moment;
};
GIBBS_DEVICE SinkhornDuals merge(const SinkhornDuals& a, const SinkhornDuals& b) {
  return {a.dual + b.dual, a.moment + b.moment};
}

// Newton: the last stage takes Newton steps between its iterations; both marginals are held.
template <class Tiles, bool Grid, bool Newton = false>
class SinkhornSolver {
 public:
  using R = typename Tiles::R;
  using Storage = typename Tiles::Storage;
  using Problem = SinkhornProblem<Tiles, Grid>;

  GIBBS_DEVICE SinkhornSolver(const SinkhornParameters& p, Team<Grid>& team, unsigned char* memory)
      : p_(p), team_(team), memory_(memory) {}

  // All threads of the team call; ends in a barrier of it.
  GIBBS_DEVICE void solve(int64_t problem) const {
    const SinkhornPlace at = sinkhorn_place(p_, problem);
    const double epsilon = p_.epsilons != nullptr ? p_.epsilons[problem] : p_.epsilon;
    const double given = p_.tolerances != nullptr ? p_.tolerances[problem] : p_.tolerance;
    const int limit = p_.iteration_limits != nullptr ? p_.iteration_limits[problem] : p_.max_iterations;
    const double infinity = Limits<double>::infinity();
    if (!at.fits) {
      if (team_.leader()) p_.results[problem] = failure(0, GIBBS_TRANSPORT_INVALID_INPUT);
      team_.barrier();
      return;
    }
    const R* const source_weights = part(p_.source_weights, at.source);
    const R* const target_weights = part(p_.target_weights, at.target);
    SinkhornMasses masses = sum_masses(at, source_weights, target_weights);
    const bool held = p_.source_rho == infinity && p_.target_rho == infinity;
    const bool valid = masses.bad == 0 && masses.source > 0 && masses.target > 0 && epsilon > 0 && epsilon < infinity &&
                       given >= 0 && given < infinity && limit >= 1 &&
                       !(held && absolute(masses.source - masses.target) > kMassTolerance * masses.source);
    if (!valid || !finite_points(at)) {
      fail(problem, at, 0, valid ? GIBBS_TRANSPORT_NON_FINITE : GIBBS_TRANSPORT_INVALID_INPUT);
      return;
    }

    SinkhornArena spare(nullptr, 0, nullptr);
    Problem s = state(at, spare);
    double stage = epsilon < p_.epsilon_start ? p_.epsilon_start : epsilon;
    const R* const initial = part(p_.initial, at.target);
    const double factor = held ? masses.source / masses.target : 1;
    team_.each(at.rows, [&](int64_t i)
                            GIBBS_INLINE { s.a[i] = source_weights != nullptr ? source_weights[i] : R(1.0 / double(at.rows)); });
    team_.each(s.padded, [&](int64_t j) GIBBS_INLINE {
      const bool real = j < at.columns;
      s.b[j] = !real ? R(0) : R(factor * (target_weights != nullptr ? double(target_weights[j]) : 1.0 / double(at.columns)));
      s.g[j] = real && initial != nullptr ? R(double(initial[j]) / (stage * kSinkhornLn2)) : R(0);
    });
    if (held) masses.target = masses.source;
    team_.barrier();

    CostRange range = {0, infinity};
    Storage* const kept = keep(s, spare);
    if (Tiles::ranged || kept != nullptr) range = cost_range(s, kept);
    if (!Tiles::ranged) range = {0, infinity};
    s.kept = kept;
    // A constant may move between costs and a potential whose marginal is held.
    s.origin = p_.source_rho == infinity || p_.target_rho == infinity ? range.least : 0;

    const double tolerance = given != 0 ? given : sizeof(R) == 8 ? 1e-9 : 1e-5;
    SinkhornEnd end = {};
    int iterations = 0;
    gibbs_transport_result result = {};
    GIBBS_UNROLL_BY(1)
    for (bool solved = false;;) {
      s.scale = 1 / (stage * kSinkhornLn2);
      s.source_slack = stage / p_.source_rho;
      s.target_slack = stage / p_.target_rho;
      const bool last = stage == epsilon;
      const double stage_tolerance = kStageTolerance * masses.source;
      const SinkhornLimits limits = {last || tolerance > stage_tolerance ? tolerance : stage_tolerance,
                                     limit - iterations < 1 ? 1 : limit - iterations,
                                     (p_.flags & GIBBS_SINKHORN_PLAIN) != 0,
                                     masses.source,
                                     masses.target,
                                     held ? ceiling(at, range, masses.source, stage) : infinity};
      if constexpr (Newton) {
        NewtonLoop<Problem> loop(s, p_.newton, memory_ + p_.newton.base);
        end = loop.run(limits, last);
      } else {
        // Of a divergence's batch the problems behind the first are of a cloud with itself.
        const bool symmetric = !solved && (p_.flags & kSinkhornSymmetricRest) != 0 && problem > 0;
        end = symmetric ? symmetric_loop(s, limits) : sinkhorn_loop(s, limits, solved);
      }
      if (solved) break;
      iterations += end.iterations;
      if (end.status == GIBBS_TRANSPORT_INFEASIBLE || end.status == GIBBS_TRANSPORT_NON_FINITE) {
        fail(problem, at, iterations, end.status);
        return;
      }
      if (last) {
        result = finish(at, s, epsilon, masses);
        result.marginal_error = end.error;
        result.iterations = iterations;
        result.status = uint8_t(end.status);
        if (s.source_slack == 0 && s.target_slack == 0) break;
        // KL(P1 | a) and KL(P'1 | b) where relaxed, from a sweep that moves nothing.
        solved = true;
        continue;
      }
      const double previous = stage;
      stage = stage / 2 > epsilon ? stage / 2 : epsilon;
      team_.each(s.columns, [&](int64_t j) GIBBS_INLINE { s.g[j] = R(double(s.g[j]) * (previous / stage)); });
      team_.barrier();
    }
    if (s.source_slack != 0) {
      result.source_divergence = end.divergence;
      result.value += p_.source_rho * end.divergence;
    }
    if (s.target_slack != 0) {
      result.target_divergence = column_divergence(s);
      result.value += p_.target_rho * result.target_divergence;
    }
    if (team_.leader()) p_.results[problem] = result;
    team_.barrier();
  }

  // The problem's arrays, where they fit best; spare: shared memory that is left.
  GIBBS_DEVICE Problem state(const SinkhornPlace& at, SinkhornArena& spare) const {
    const int columns = int(at.columns), real = int(sizeof(R));
    Problem s(team_, Tiles(p_, at.cost, at.cost_stride, at.source, at.target, columns));
    s.rows = at.rows;
    s.columns = columns;
    s.padded = int(sinkhorn_padded(columns));
    s.width = sinkhorn_width(columns, real);
    s.chunk_rows = sinkhorn_chunk_rows(at.rows, columns, real);
    s.chunks = int((at.rows + s.chunk_rows - 1) / s.chunk_rows);
    s.column_tiles = (at.columns + int(kWarp) - 1) / int(kWarp);

    s.warp_sums = reinterpret_cast<double*>(shared_memory() + kSinkhornExchangeBytes / 2);
    unsigned char* const crew = shared_memory() + kSinkhornExchangeBytes;
    s.reduced = reinterpret_cast<double*>(crew);
    const int64_t group = int64_t(kSinkhornGroup) * s.padded, all = s.crews() * (group + s.padded) * real;
    const bool fits = all <= p_.crew_bytes;
    R* const reals = reinterpret_cast<R*>(crew);
    s.column_sums = fits ? reals + s.crew() * s.padded : nullptr;
    s.exponentials = fits ? reals + s.crews() * s.padded + s.crew() * group : nullptr;

    const int64_t left = p_.shared_bytes - kSinkhornExchangeBytes - p_.crew_bytes;
    SinkhornArena arena(crew + p_.crew_bytes, Grid ? 0 : left, memory_);
    s.g = arena.template take<R>(s.padded);
    s.b = arena.template take<R>(s.padded);
    s.ratios = arena.template take<R>(s.padded);
    s.a = arena.template take<R>(at.rows);
    s.f = arena.template take<R>(at.rows);
    s.next_f = arena.template take<R>(at.rows);
    s.partials = arena.template take<R>(int64_t(s.chunks) * s.padded);
    s.plan_values = arena.template take<double>(s.chunks * kSinkhornValues);
    s.row_values = arena.template take<double>(s.chunks * kSinkhornValues);
    s.column_values = arena.template take<double>(2 * s.column_tiles * kSinkhornValues);
    s.block_flags = arena.template take<double>(team_.blocks() * kSinkhornValues);
    spare = Grid ? SinkhornArena(crew + p_.crew_bytes, left, nullptr) : arena;
    return s;
  }

  // Room for the costs of this block's rows in its shared memory; null where there is none.
  GIBBS_DEVICE Storage* keep(const Problem& s, SinkhornArena& spare) const {
    const int64_t chunks = (s.chunks + team_.blocks() - 1) / team_.blocks();
    const int64_t rows = Grid || chunks * s.chunk_rows < s.rows ? chunks * s.chunk_rows : s.rows;
    return spare.template take_shared<Storage>(rows * s.padded);
  }

 private:
  static GIBBS_DEVICE const R* part(const void* array, int64_t from) {
    return array == nullptr ? nullptr : static_cast<const R*>(array) + from;
  }
  static GIBBS_DEVICE R* part(void* array, int64_t from) { return array == nullptr ? nullptr : static_cast<R*>(array) + from; }

  GIBBS_DEVICE SinkhornMasses sum_masses(const SinkhornPlace& at, const R* a, const R* b) const {
    const auto wrong = [](double w) GIBBS_INLINE { return w >= 0 && w < Limits<double>::infinity() ? 0.0 : 1.0; };
    SinkhornMasses masses = {1, 1, 0};
    if (a == nullptr && b == nullptr) return masses;
    masses = team_.template reduce<SinkhornMasses>(at.rows > at.columns ? at.rows : at.columns,
                                                   [&](SinkhornMasses& sum, int64_t i) GIBBS_INLINE {
                                                     if (a != nullptr && i < at.rows) {
                                                       sum.source += double(a[i]);
                                                       sum.bad += wrong(double(a[i]));
                                                     }
                                                     if (b != nullptr && i < at.columns) {
                                                       sum.target += double(b[i]);
                                                       sum.bad += wrong(double(b[i]));
                                                     }
                                                   });
    if (a == nullptr) masses.source = 1;
    if (b == nullptr) masses.target = 1;
    return masses;
  }

  // Whether every coordinate is finite: an infinite one would make infinite costs, and those forbid pairs.
  GIBBS_DEVICE bool finite_points(const SinkhornPlace& at) const {
    if constexpr (Tiles::ranged) {
      return true;
    } else {
      const R* const x = static_cast<const R*>(p_.points.x) + at.source * p_.points.x_stride;
      const R* const y = static_cast<const R*>(p_.points.y) + at.target * p_.points.y_stride;
      const auto wrong = [&](const R* point) GIBBS_INLINE {
        bool finite = true;
        GIBBS_UNROLL_BY(1)
        for (int k = 0; k < p_.points.dimensions; ++k) finite = finite && absolute(point[k]) <= Limits<R>::largest();
        return finite ? 0.0 : 1.0;
      };
      const SinkhornMasses found = team_.template reduce<SinkhornMasses>(at.rows > at.columns ? at.rows : at.columns,
                                                                         [&](SinkhornMasses& sum, int64_t i) GIBBS_INLINE {
                                                                           if (i < at.rows)
                                                                             sum.bad += wrong(x + i * p_.points.x_stride);
                                                                           if (i < at.columns)
                                                                             sum.bad += wrong(y + i * p_.points.y_stride);
                                                                         });
      return found.bad == 0;
    }
  }

  // What no plan with these marginals exceeds, <P, C> <= m max C and KL <= m log min(N, M) - m log m - m + m^2, in units of eps
  // ln 2: a dual value above it proves that there is none.
  static GIBBS_DEVICE double ceiling(const SinkhornPlace& at, const CostRange& range, double mass, double epsilon) {
    const double fewer = double(at.rows < at.columns ? at.rows : at.columns);
    const double kl = mass * (log(fewer) - log(mass) - 1) + mass * mass;
    const double most = ((range.largest - range.least) * mass + epsilon * kl) / (epsilon * kSinkhornLn2);
    return most + 1e-3 * absolute(most) + mass;
  }

  // Values of the plan, without those of relaxed marginals; stores what is wanted of it. Ends in a barrier of the team.
  GIBBS_DEVICE gibbs_transport_result finish(const SinkhornPlace& at, Problem& s, double epsilon,
                                             const SinkhornMasses& masses) const {
    const double unit = epsilon * kSinkhornLn2, product = masses.source * masses.target;
    const PlanSums plan = plan_pass(s, part(p_.plan, at.plan), at.plan_stride);
    gradients(at, s);
    const PotentialStep<double> source(s.source_slack, 1), target(s.target_slack, 1);
    const SinkhornDuals duals = team_.template reduce<SinkhornDuals>(at.rows > at.columns ? at.rows : at.columns,
                                                                     [&](SinkhornDuals& sum, int64_t i) GIBBS_INLINE {
                                                                       if (i < at.rows)
                                                                         sum.dual += double(s.a[i]) * source.dual(double(s.f[i]));
                                                                       if (i < at.columns) {
                                                                         sum.dual += double(s.b[i]) * target.dual(double(s.g[i]));
                                                                         sum.moment += double(s.b[i]) * double(s.g[i]);
                                                                       }
                                                                     });
    gibbs_transport_result result = {};
    const double kl = plan.log_ratio * kSinkhornLn2 - plan.mass + product;
    // sum b g = 0 where a constant may move between the potentials.
    const double gauge = s.source_slack == 0 && s.target_slack == 0 ? duals.moment / masses.target : 0;
    const double source_origin = s.source_slack == 0 ? s.origin : 0, target_origin = s.origin - source_origin;
    R* const f = part(p_.source_potential, at.source);
    R* const g = part(p_.target_potential, at.target);
    if (f != nullptr)
      team_.each(at.rows, [&](int64_t i) GIBBS_INLINE { f[i] = R((double(s.f[i]) + gauge) * unit + source_origin); });
    if (g != nullptr)
      team_.each(at.columns, [&](int64_t j) GIBBS_INLINE { g[j] = R((double(s.g[j]) - gauge) * unit + target_origin); });

    result.linear_cost = plan.linear_cost;
    result.kl = kl;
    result.value = plan.linear_cost + epsilon * kl;
    result.dual =
        duals.dual * unit + source_origin * masses.source + target_origin * masses.target - epsilon * (plan.mass - product);
    team_.barrier();
    return result;
  }

  GIBBS_DEVICE void gradients(const SinkhornPlace& at, const Problem& s) const {
    if constexpr (!Tiles::ranged) {
      GIBBS_UNROLL_BY(1)
      for (int target = 0; target < 2; ++target) {
        R* const gradient = target != 0 ? part(p_.y_gradient, at.target * p_.y_gradient_stride)
                                        : part(p_.x_gradient, at.source * p_.x_gradient_stride);
        if (gradient == nullptr) continue;
        GradientSide<R> side = {s.tiles.points(), s.a, s.f, s.b, s.g, at.rows, at.columns, R(s.origin), R(-s.scale)};
        if (target != 0) side = {s.tiles.points().exchanged(), s.b, s.g, s.a, s.f, at.columns, at.rows, R(s.origin), R(-s.scale)};
        point_gradient(team_, side, gradient, target != 0 ? p_.y_gradient_stride : p_.x_gradient_stride);
      }
    }
  }

  static GIBBS_DEVICE gibbs_transport_result failure(int iterations, gibbs_transport_status status) {
    const double nan = Limits<double>::nan();
    return {nan, nan, nan, nan, nan, nan, nan, iterations, uint8_t(status), {0, 0, 0}};
  }
  GIBBS_DEVICE void fail(int64_t problem, const SinkhornPlace& at, int iterations, gibbs_transport_status status) const {
    if (team_.leader()) p_.results[problem] = failure(iterations, status);
    fill(part(p_.source_potential, at.source), 1, at.rows, 1);
    fill(part(p_.target_potential, at.target), 1, at.columns, 1);
    fill(part(p_.plan, at.plan), at.rows, at.columns, at.plan_stride);
    fill(part(p_.x_gradient, at.source * p_.x_gradient_stride), at.rows, p_.points.dimensions, p_.x_gradient_stride);
    fill(part(p_.y_gradient, at.target * p_.y_gradient_stride), at.columns, p_.points.dimensions, p_.y_gradient_stride);
    team_.barrier();
  }
  GIBBS_DEVICE void fill(R* matrix, int64_t rows, int64_t columns, int64_t stride) const {
    if (matrix == nullptr) return;
    team_.each(rows * columns, [&](int64_t i) GIBBS_INLINE { matrix[i / columns * stride + i % columns] = Limits<R>::nan(); });
  }

  const SinkhornParameters& p_;
  Team<Grid>& team_;
  unsigned char* const memory_;
};

// A block per problem; blocks take the next of the queue as they finish, so that slow problems hold up none.
template <class Tiles, bool Newton = false>
GIBBS_DEVICE void sinkhorn_blocks(const SinkhornParameters& p) {
  unsigned char* const memory = p.scratch + int64_t(block_index()) * p.scratch_bytes;
  const int64_t longest = p.rows > p.columns ? p.rows : p.columns, half = team_half_bytes(longest, kSinkhornReduced);
  Team<false> team(nullptr, memory, half);
  const SinkhornSolver<Tiles, false, Newton> solver(p, team, memory + 2 * half);
  uint64_t* const ticket = reinterpret_cast<uint64_t*>(shared_memory() + kSinkhornExchangeBytes - sizeof(uint64_t));
  GIBBS_UNROLL_BY(1)
  for (;;) {
    if (thread_index() == 0) *ticket = next_ticket(p.tickets);
    block_barrier();
    const int64_t problem = int64_t(*ticket);
    block_barrier();
    if (problem >= p.problems) return;
    solver.solve(problem);
  }
}

// The whole grid on one problem after the other.
template <class Tiles, bool Newton = false>
GIBBS_DEVICE void sinkhorn_grid(const SinkhornParameters& p) {
  const int64_t longest = p.rows > p.columns ? p.rows : p.columns, half = team_half_bytes(longest, kSinkhornReduced);
  Team<true> team(p.gate, p.scratch, half);
  const SinkhornSolver<Tiles, true, Newton> solver(p, team, p.scratch + 2 * half);
  GIBBS_UNROLL_BY(1)
  for (int64_t problem = 0; problem < p.problems; ++problem) solver.solve(problem);
}

}  // namespace gibbs::kernels
