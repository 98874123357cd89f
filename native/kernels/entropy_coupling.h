// Greedy minimum-entropy couplings, a warp per problem, in fp64:
//
//   while p and q have mass:  i = argmax p, j = argmax q, atom (i, j, min(p_i, q_j)), taken from both
//   bound: H of the steps of min(sum of the i largest of p, sum of the i largest of q)
//
// Every atom leaves nothing of p_i or of q_j: at most n + m - 1 of them. Kocaoglu, Dimakis, Vishwanath, Hassibi, 2017; the bound:
// Cicalese, Gargano, Vaccaro, 2017.
#pragma once

#include "kernels/mass_tree.h"

namespace gibbs::kernels {

// -x log x of a share.
GIBBS_DEVICE double share_term(double share) { return share > 0 ? -share * log(share) : 0.0; }

struct MassSum {
  double sum;
  int32_t status;  // of the first bad entry, by index
};

template <class R>
GIBBS_DEVICE double given_mass(const CouplingSide& s, int64_t problem, int64_t e) {
  return double(static_cast<const R*>(s.masses)[problem * s.stride + e]);
}

// In a fixed tree: a lane's entries in order, then the lanes.
template <class R>
GIBBS_DEVICE MassSum read_masses(const CouplingSide& s, int64_t problem) {
  double sum = 0;
  int first = 0x7fffffff, status = GIBBS_ROW_OK;
  for (int64_t e = lane_index(); e < s.count; e += kWarp) {
    const double mass = given_mass<R>(s, problem, e);
    sum += mass;
    if (status != GIBBS_ROW_OK || (mass >= 0 && mass < Limits<double>::infinity())) continue;
    first = int(e);
    status = is_nan(mass) ? GIBBS_ROW_NOT_A_NUMBER : mass > 0 ? GIBBS_ROW_PLUS_INFINITY : GIBBS_ROW_INVALID_PROBABILITY;
  }
  sum = lanes_sum(sum);
  const int least = lanes_min(first);
  status = lanes_min(first == least ? status : 0x7fffffff);
  if (status == GIBBS_ROW_OK && !(sum > 0 && sum < Limits<double>::infinity())) status = GIBBS_ROW_INVALID_PROBABILITY;
  return {sum, status};
}

// Masses times a factor; H of them in nats, by their sum.
template <class R>
GIBBS_DEVICE double fill_tree(MassTree& tree, const CouplingSide& s, int64_t problem, double factor, double sum) {
  double entropy = 0;
  for (int64_t e = lane_index(); e < mass_tree_leaves(s.count); e += kWarp) {
    const double mass = e < s.count ? given_mass<R>(s, problem, e) * factor : MassTree::kNone;
    tree.leaf(e) = mass;
    entropy += share_term(mass / sum);
  }
  tree.build();
  return lanes_sum(entropy);
}

GIBBS_DEVICE double meet_entropy(MassTree& p, int64_t sources, MassTree& q, int64_t targets, double mass) {
  double source_sum = 0, target_sum = 0, before = 0, entropy = 0;
  GIBBS_UNROLL_BY(1)
  for (int64_t i = 0; i < sources || i < targets; ++i) {
    if (i < sources) {
      source_sum += p.top().mass;
      p.lower(MassTree::kNone);
    }
    if (i < targets) {
      target_sum += q.top().mass;
      q.lower(MassTree::kNone);
    }
    const double least = source_sum < target_sum ? source_sum : target_sum;
    entropy += share_term((least - before) / mass);
    before = least;
  }
  return entropy;
}

template <class R>
GIBBS_DEVICE void put_atom(const EntropyCouplingParameters<R>& p, int64_t problem, int64_t atom, int32_t i, int32_t j, double mass) {
  if (p.source_indices != nullptr) p.source_indices[problem * p.source_indices_stride + atom] = i;
  if (p.target_indices != nullptr) p.target_indices[problem * p.target_indices_stride + atom] = j;
  if (p.masses != nullptr) p.masses[problem * p.masses_stride + atom] = R(mass);
}

template <class R>
GIBBS_DEVICE double greedy_atoms(const EntropyCouplingParameters<R>& p, int64_t problem, MassTree& source, MassTree& target,
                                 double mass, int64_t& count) {
  // What an atom leaves below it is rounding.
  const double residue = mass * (sizeof(R) == 8 ? 1.0 / double(int64_t(1) << 48) : 1.0 / (1 << 22));
  double entropy = 0;
  GIBBS_UNROLL_BY(1)
  for (count = 0; source.top().mass > 0 && target.top().mass > 0; ++count) {
    const LargestMass left = source.top(), right = target.top();
    const double atom = left.mass < right.mass ? left.mass : right.mass;
    if (lane_index() == 0) put_atom(p, problem, count, left.index, right.index, atom);
    entropy += share_term(atom / mass);
    const double left_rest = left.mass - atom, right_rest = right.mass - atom;
    source.lower(left_rest <= residue ? 0.0 : left_rest);
    target.lower(right_rest <= residue ? 0.0 : right_rest);
  }
  return entropy;
}

template <class R>
GIBBS_DEVICE void couple_pair(const EntropyCouplingParameters<R>& p, int64_t problem, int64_t warp) {
  const MassSum source_mass = read_masses<R>(p.source, problem), target_mass = read_masses<R>(p.target, problem);
  const double mass = source_mass.sum, apart = mass - target_mass.sum;
  int status = source_mass.status != GIBBS_ROW_OK ? source_mass.status : target_mass.status;
  if (status == GIBBS_ROW_OK && absolute(apart) > 1e-5 * mass) status = GIBBS_ROW_INVALID_PROBABILITY;
  double entropy = Limits<double>::nan(), information = entropy, bound = entropy;
  int64_t count = 0;
  if (status == GIBBS_ROW_OK) {
    const double scale = apart == 0 ? 1.0 : mass / target_mass.sum;
    MassTree source(p.source, warp), target(p.target, warp);
    information = fill_tree<R>(source, p.source, problem, 1, mass) + fill_tree<R>(target, p.target, problem, scale, mass);
    if (p.bounds != nullptr) {
      bound = meet_entropy(source, p.source.count, target, p.target.count, mass);
      fill_tree<R>(source, p.source, problem, 1, mass);
      fill_tree<R>(target, p.target, problem, scale, mass);
    }
    entropy = greedy_atoms(p, problem, source, target, mass, count);
    information = information > entropy ? information - entropy : 0.0;  // rounding may leave less than nothing
  }
  for (int64_t atom = count + lane_index(); atom < p.source.count + p.target.count - 1; atom += kWarp)
    put_atom(p, problem, atom, -1, -1, 0);
  if (lane_index() != 0) return;
  if (p.counts != nullptr) p.counts[problem] = int32_t(count);
  if (p.entropies != nullptr) p.entropies[problem] = R(entropy * p.unit);
  if (p.information != nullptr) p.information[problem] = R(information * p.unit);
  if (p.bounds != nullptr) p.bounds[problem] = R(bound * p.unit);
  if (p.status != nullptr) p.status[problem] = uint8_t(status);
}

template <class R>
GIBBS_DEVICE void entropy_coupling(const EntropyCouplingParameters<R>& p) {
  const int64_t warp = int64_t(block_index()) * (block_size() / kWarp) + warp_index();
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  GIBBS_UNROLL_BY(1)
  for (int64_t problem = warp; problem < p.problems; problem += warps) couple_pair(p, problem, warp);
}

}  // namespace gibbs::kernels
