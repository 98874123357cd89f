// A driver made for tests: what it was asked, and what it shall answer.
#pragma once

namespace gibbs::tests {

struct FakeCuda {
  // answers
  int compute_major, compute_minor;
  int load_result_ptx, load_result_cubin;  // of cuModuleLoadDataEx
  int launch_result, allocate_result;
  bool pointers_need_context;
  bool has_functions;  // cuModuleGetFunction finds anything
  // records
  int contexts_pushed, contexts_popped, retained, released, modules_loaded, modules_unloaded, pools, launches, extended_launches;
  int live_allocations, live_events, live_streams;
  unsigned grid, block, shared_bytes, cluster;
  int cooperative;
  unsigned char parameters[16];
  int opt_in_shared;  // as set on the last function
};

}  // namespace gibbs::tests

extern "C" __attribute__((visibility("default"))) gibbs::tests::FakeCuda* fake_cuda();
