// The k largest of values that come in the order of their ids, the lower id where values are equal: a heap whose root is the one
// to leave first. Entries lie pitch apart: neighbouring threads work on neighbouring heaps.
#pragma once

#include "device/platform.h"

namespace gibbs::kernels {

class TopEntries {
 public:
  GIBBS_DEVICE TopEntries(double* values, int32_t* ids, int64_t pitch, int count)
      : count(count), values_(values), ids_(ids), pitch_(pitch) {}

  GIBBS_DEVICE double& value(int e) const { return values_[e * pitch_]; }
  GIBBS_DEVICE int32_t& id(int e) const { return ids_[e * pitch_]; }

  // With capacity many it takes the root's place, and must be greater.
  GIBBS_DEVICE void add(double given, int32_t its, int capacity) {
    if (count == capacity) {
      sink(0, given, its);
      return;
    }
    int place = count++;
    GIBBS_UNROLL_BY(1)
    while (place > 0) {
      const int parent = (place - 1) / 2;
      if (!before(given, its, value(parent), id(parent))) break;
      put(place, value(parent), id(parent));
      place = parent;
    }
    put(place, given, its);
  }

  // The greatest first.
  GIBBS_DEVICE void sort() {
    const int all = count;
    GIBBS_UNROLL_BY(1)
    for (int last = all - 1; last > 0; --last) {
      const double moved = value(last);
      const int32_t its = id(last);
      put(last, value(0), id(0));
      count = last;
      sink(0, moved, its);
    }
    count = all;
  }

  int count;

 private:
  static GIBBS_DEVICE bool before(double value, int32_t id, double other, int32_t other_id) {
    return value < other || (value == other && id > other_id);
  }
  GIBBS_DEVICE void put(int e, double given, int32_t its) const {
    value(e) = given;
    id(e) = its;
  }
  GIBBS_DEVICE void sink(int place, double given, int32_t its) const {
    GIBBS_UNROLL_BY(1)
    for (;;) {
      int child = 2 * place + 1;
      if (child >= count) break;
      if (child + 1 < count && before(value(child + 1), id(child + 1), value(child), id(child))) ++child;
      if (!before(value(child), id(child), given, its)) break;
      put(place, value(child), id(child));
      place = child;
    }
    put(place, given, its);
  }

  double* const values_;
  int32_t* const ids_;
  const int64_t pitch_;
};

}  // namespace gibbs::kernels
