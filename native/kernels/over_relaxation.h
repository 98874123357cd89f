// Adaptive over-relaxation of alternating updates. Every five iterations the observed rate l of the marginal error gives, by
// Young's relation for consistently ordered iterations, the rate m of plain alternation, and that the best omega:
//
//   m = (l + omega - 1)^2 / (l omega^2)    omega = 2 / (1 + sqrt(1 - m))
//
// A rate near omega - 1 is that of oscillation: omega was too large, and shrinks. A dual value that falls is met by plain steps,
// and bounds omega from then on. Lehmann, von Renesse, Sambale, Uschmajew, 2022; Young, 1971. Every thread of a team holds a
// copy.
#pragma once

#include "device/math.h"

namespace gibbs::kernels {

class OverRelaxation {
 public:
  // omega for the next iteration, from the marginal error and the dual value of the state before it; a fall of the dual within
  // the rounding is none.
  GIBBS_DEVICE double next(double error, double dual, double rounding) {
    const bool fell = dual < dual_ - rounding;
    dual_ = dual;
    if (resting_ > 0) {
      if (--resting_ == 0) observe(error);
      return 1;
    }
    if (fell && omega_ > 1) {
      bound_ = 1 + 0.9 * (omega_ - 1);
      omega_ = 1;
      resting_ = kRest;
      return 1;
    }
    if (!(error_ >= 0)) {
      observe(error);
    } else if (++steps_ >= kPeriod) {
      const double better = adapted(device::pow(error / error_, 1.0 / steps_));
      omega_ = better < bound_ ? better : bound_;
      observe(error);
    }
    return omega_;
  }

 private:
  static constexpr int kPeriod = 5, kRest = 3;
  static constexpr double kShrink = 0.85, kHighest = 1.985;

  GIBBS_DEVICE void observe(double error) {
    error_ = error;
    steps_ = 0;
  }
  GIBBS_DEVICE double adapted(double rate) const {
    const double excess = omega_ - 1;
    if (!(rate < 1)) return 1 + excess / 2;
    if (rate <= excess * 1.02) return 1 + excess * kShrink;
    const double plain = (rate + excess) * (rate + excess) / (rate * omega_ * omega_);
    const double best = plain < 1 ? 2 / (1 + device::square_root(1 - plain)) : omega_;
    // An estimate too high costs more than one too low.
    return 1 + 0.98 * (best - 1);
  }

  double omega_ = 1, bound_ = kHighest, error_ = -1, dual_ = -device::Limits<double>::largest();
  int steps_ = 0, resting_ = 0;
};

}  // namespace gibbs::kernels
