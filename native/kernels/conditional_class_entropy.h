// The entropy of the class given the sign of a unit's pre-activation x,
//
//   H_u = sum_s p(s) (-sum_c p(c | s) log p(c | s)) = (1 / n) sum_sc n_sc log (n_s / n_sc),   s = 1[x > 0]
//
// A thread counts its unit through a part of the samples in counters of its own; a second kernel adds up the parts. Integers: the
// same whatever the order. Liao et al. 2023.
#pragma once

#include "device/math.h"
#include "gibbs/gibbs.h"
#include "kernels/conditional_class_entropy_parameters.h"

namespace gibbs::kernels {

using namespace gibbs::device;

GIBBS_DEVICE int64_t sample_label(const ConditionalClassParameters& p, int64_t row) {
  return p.label_bytes == 4 ? int64_t(static_cast<const int32_t*>(p.labels)[row]) : static_cast<const int64_t*>(p.labels)[row];
}

template <class T>
GIBBS_DEVICE void conditional_class_counts(const ConditionalClassParameters& p) {
  const int64_t blocks = (p.units + kUnitThreads - 1) / kUnitThreads, share = (p.rows + p.parts - 1) / p.parts;
  for (int64_t item = block_index(); item < blocks * p.parts; item += grid_size()) {
    const int64_t part = item / blocks, unit = item % blocks * kUnitThreads + thread_index();
    if (unit >= p.units) continue;
    uint32_t* counts = p.partials + part * 2 * p.classes * p.units + unit;
    for (int64_t c = 0; c < 2 * int64_t(p.classes); ++c) counts[c * p.units] = 0;
    const int64_t begin = part * share, end = begin + share < p.rows ? begin + share : p.rows;
    uint32_t nans = 0;
    LabelCounts labels = {0, 0};
    GIBBS_UNROLL_BY(1)
    for (int64_t row = begin; row < end; ++row) {
      const int64_t label = sample_label(p, row);
      if (label == p.ignore_index) continue;
      if (label < 0 || label >= p.classes) {
        labels.out_of_range += 1;
        continue;
      }
      labels.samples += 1;
      const auto x = to_real(static_cast<const T*>(p.values)[row * p.values_stride + unit]);
      if (is_nan(x)) {
        nans += 1;
      } else {
        counts[((x > 0 ? int64_t(p.classes) : 0) + label) * p.units] += 1;
      }
    }
    p.nans[part * p.units + unit] = nans;
    if (unit == 0) p.labels_counted[part] = labels;
  }
}

// A class's count of a sign over all parts.
GIBBS_DEVICE int64_t counted(const ConditionalClassParameters& p, int64_t unit, int64_t c) {
  int64_t sum = 0;
  for (int64_t part = 0; part < p.parts; ++part) sum += p.partials[(part * 2 * p.classes + c) * p.units + unit];
  return sum;
}

GIBBS_DEVICE void conditional_class_entropy(const ConditionalClassParameters& p) {
  LabelCounts labels = {0, 0};
  for (int64_t part = 0; part < p.parts; ++part) {
    labels.samples += p.labels_counted[part].samples;
    labels.out_of_range += p.labels_counted[part].out_of_range;
  }
  const int64_t first = int64_t(block_index()) * block_size() + thread_index();
  if (first == 0) {
    if (p.samples != nullptr) *p.samples = labels.samples;
    if (p.out_of_range != nullptr) *p.out_of_range = labels.out_of_range;
  }
  for (int64_t unit = first; unit < p.units; unit += int64_t(grid_size()) * block_size()) {
    int64_t total = 0;
    double sum = 0;
    for (int64_t sign = 0; sign < 2; ++sign) {
      int64_t of_sign = 0;
      for (int64_t c = sign * p.classes; c < (sign + 1) * p.classes; ++c) {
        int64_t n = counted(p, unit, c);
        if (p.counts != nullptr) {
          int64_t* count = p.counts + c * p.counts_stride + unit;
          if (p.accumulate) n += *count;
          *count = n;
        }
        of_sign += n;
      }
      total += of_sign;
      for (int64_t c = sign * p.classes; c < (sign + 1) * p.classes; ++c) {
        const int64_t n = p.counts != nullptr ? p.counts[c * p.counts_stride + unit] : counted(p, unit, c);
        if (n != 0 && n != of_sign) sum += double(n) * log(double(of_sign) / double(n));
      }
    }
    uint32_t nans = 0;
    for (int64_t part = 0; part < p.parts; ++part) nans |= p.nans[part * p.units + unit];
    const int32_t status = labels.out_of_range > 0 ? GIBBS_ROW_TARGET_OUT_OF_RANGE
                           : nans != 0             ? GIBBS_ROW_NOT_A_NUMBER
                           : total == 0            ? GIBBS_ROW_ALL_MASKED
                                                   : GIBBS_ROW_OK;
    double entropy = total == 0 ? 0 : sum / double(total);
    if (p.base_2) entropy /= 0.69314718055994530942;
    if (status != GIBBS_ROW_OK && status != GIBBS_ROW_ALL_MASKED) entropy = Limits<double>::nan();
    if (p.entropies != nullptr && p.real_bytes == 8) static_cast<double*>(p.entropies)[unit] = entropy;
    if (p.entropies != nullptr && p.real_bytes == 4) static_cast<float*>(p.entropies)[unit] = float(entropy);
    if (p.status != nullptr) p.status[unit] = uint8_t(status);
  }
}

}  // namespace gibbs::kernels
