// The geometry of a team, for its kernels and the host.
#pragma once

#include <stdint.h>

#include "kernels/shape.h"

namespace gibbs::kernels {

constexpr int64_t kTeamThreads = 256, kTeamChunk = 1024;

GIBBS_SHAPE int64_t team_chunks(int64_t count) { return (count + kTeamChunk - 1) / kTeamChunk; }
// A half of the exchange of reductions of at most count indices, of an S of at most bytes.
GIBBS_SHAPE int64_t team_half_bytes(int64_t count, int64_t bytes) { return (team_chunks(count) * bytes + 255) / 256 * 256; }

}  // namespace gibbs::kernels
