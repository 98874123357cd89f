#!/usr/bin/env bash
# On a machine with CUDA and no .NET SDK: builds libgibbs with nvcc, runs the conformance suite on cuda, compute-sanitizer on a short subset, the suite on clang's
# PTX, and the benchmarks; leaves a Markdown report. What it cannot do it skips and says why.
#   scripts/gpu-check.sh PUBLISHED RUNTIME [REPORT]
#     PUBLISHED   gibbs-tests.tar.xz of scripts/pack-tests.sh, or its unpacked folder (tests, cli, bench, clang)
#     RUNTIME     dotnet-runtime.tar.xz of the same script, or a folder that holds `dotnet`
#     REPORT      default build/gpu-check/report.md; logs lie beside it
# Variables: GIBBS_CHECK_FILTER (tests of the suite), GIBBS_SANITIZER_FILTER (tests under compute-sanitizer), GIBBS_CHECK_LIMIT (seconds a step may take, default 1800).
# Exit code: 0 where the build and the suite passed and no other step failed, 1 otherwise, 2 for wrong usage.
set -u -o pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() { sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
case "${1:-}" in -h|--help) usage; exit 0 ;; esac
if [ $# -lt 2 ] || [ $# -gt 3 ]; then usage >&2; exit 2; fi

report=${3:-$root/build/gpu-check/report.md}
mkdir -p "$(dirname "$report")" || exit 2
work=$(cd "$(dirname "$report")" && pwd)
report=$work/$(basename "$report")
limit=${GIBBS_CHECK_LIMIT:-1800}
suite_filter=${GIBBS_CHECK_FILTER:-TestCategory=Native|TestCategory=Gpu}
sanitizer_filter=${GIBBS_SANITIZER_FILTER:-FullyQualifiedName~DeviceCrossEntropyTests|FullyQualifiedName~CopyTests|FullyQualifiedName~RegimeTests|FullyQualifiedName~DeviceProjectionTests|FullyQualifiedName~DeviceFenchelYoungTests|FullyQualifiedName~DeviceTokenSetTests|FullyQualifiedName~RowEntropyTests|FullyQualifiedName~RowDivergenceTests|FullyQualifiedName~PolicyLossTests|FullyQualifiedName~BatchEntropyTests|FullyQualifiedName~SoftBackupTests|FullyQualifiedName~SampleDeviceTests|FullyQualifiedName~SinkhornDeviceTests|FullyQualifiedName~TransportPlanDeviceTests|FullyQualifiedName~TransportGradientDeviceTests|FullyQualifiedName~SparseTransportDeviceTests|FullyQualifiedName~SinkhornNewtonDeviceTests|FullyQualifiedName~DoublyStochasticDeviceTests|FullyQualifiedName~DeviceWassersteinTests|FullyQualifiedName~DeviceSinkhornDivergenceTests|FullyQualifiedName~ElasticMapDeviceTests|FullyQualifiedName~CouplingDeviceTests}

# unpacked GIVEN INNER: the folder, unpacked where an archive was given.
unpacked() {
  if [ -d "$1" ]; then (cd "$1" && pwd); return; fi
  [ -f "$1" ] || { echo "gpu-check.sh: $1: no such file or folder" >&2; return 1; }
  mkdir -p "$work/unpacked" && tar -C "$work/unpacked" -xJf "$1" && echo "$work/unpacked/$2"
}
published=$(unpacked "$1" gibbs) || exit 2
runtime=$(unpacked "$2" dotnet) || exit 2
[ -f "$published/tests/Gibbs.Tests.dll" ] || { echo "gpu-check.sh: $published holds no tests/Gibbs.Tests.dll" >&2; exit 2; }
[ -x "$runtime/dotnet" ] || { echo "gpu-check.sh: $runtime holds no dotnet" >&2; exit 2; }

export PATH="$PATH:/usr/local/cuda/bin:/usr/local/cuda/compute-sanitizer"
# A bare machine has neither OpenSSL nor ICU.
export DOTNET_ROOT=$runtime DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
dotnet=$runtime/dotnet

steps=() bad=0
# note NAME RESULT SECONDS TEXT: a line of the report's table.
note() {
  steps+=("| $1 | $2 | $3 | ${4//|/\\|} |")
  printf '%-34s %-8s %6s s  %s\n' "$1" "$2" "$3" "$4"
  [ "$2" != failed ] || bad=1
}
skip() { note "$1" skipped 0 "$2"; }

# step NAME LOG COMMAND…: runs a command under the time limit; its log is kept. Sets status and seconds.
step() {
  local log=$work/$2.log begin=$SECONDS
  local -a within=()
  command -v timeout >/dev/null && within=(timeout "$limit")
  shift 2
  "${within[@]}" "$@" >"$log" 2>&1
  status=$?
  seconds=$((SECONDS - begin))
}
why() { [ "$1" -eq 124 ] && echo "over the limit of $limit s" || echo "exit code $1, $2.log: $(tail -n 1 "$work/$2.log" | cut -c -160)"; }
simple() {  # NAME LOG COMMAND…
  step "$@"
  if [ "$status" -eq 0 ]; then note "$1" passed "$seconds" ""; else note "$1" failed "$seconds" "$(why "$status" "$2")"; fi
}

# suite NAME LOG LIBRARY FILTER [PREFIX…]: the tests on a native library; the counts go to the report.
suite() {
  local name=$1 log=$2 library=$3 filter=$4; shift 4
  step "$name" "$log" env GIBBS_NATIVE_LIBRARY="$library" GIBBS_REQUIRE_GPU=1 GIBBS_REQUIRE_NATIVE=1 \
    "$@" "$dotnet" exec "$published/tests/Gibbs.Tests.dll" --no-ansi --no-progress --filter "$filter"
  local counts
  counts=$(awk '/^ +total: [0-9]+$/ { t = $2 } /^ +succeeded: [0-9]+$/ { p = $2 } /^ +failed: [0-9]+$/ { f = $2 } /^ +skipped: [0-9]+$/ { s = $2 }
    END { if (t > 0) printf "%d passed, %d failed, %d skipped", p, f, s }' "$work/$log.log")
  if [ "$status" -eq 0 ] && [ -n "$counts" ]; then
    note "$name" passed "$seconds" "$counts"
  else
    note "$name" failed "$seconds" "${counts:+$counts; }$(why "$status" "$log")"
  fi
}

# ---- the machine
gpu=unknown driver=unknown capability=
if command -v nvidia-smi >/dev/null && line=$(nvidia-smi --query-gpu=name,driver_version,compute_cap --format=csv,noheader 2>/dev/null | head -n 1) && [ -n "$line" ]; then
  IFS=, read -r gpu driver capability <<<"$line"
  driver=${driver# } capability=${capability# }
fi
nvcc_version=$(nvcc --version 2>/dev/null | sed -n 's/.*release \([0-9.]*\).*/\1/p')
processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
commit=$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)

# ---- build
library=
if [ -z "$nvcc_version" ]; then
  skip "build with nvcc" "nvcc is not on the path, nor in /usr/local/cuda/bin"
elif ! command -v cmake >/dev/null; then
  skip "build with nvcc" "cmake is missing (3.25 or later)"
else
  generator=()
  command -v ninja >/dev/null || generator=(-G "Unix Makefiles")
  build() { cd "$root" && cmake --preset cuda "${generator[@]}" && cmake --build --preset cuda --parallel "$(nproc)"; }
  export -f build
  begin=$SECONDS
  if (build) >"$work/build.log" 2>&1; then
    library=$root/build/native/lib/libgibbs.so
    note "build with nvcc" passed $((SECONDS - begin)) "nvcc $nvcc_version"
  else
    note "build with nvcc" failed $((SECONDS - begin)) "$(why 1 build)"
  fi
fi
if [ -z "$library" ] && [ -n "${GIBBS_NATIVE_LIBRARY:-}" ]; then
  library=$GIBBS_NATIVE_LIBRARY
  echo "taking the library that GIBBS_NATIVE_LIBRARY names: $library"
fi
built=$library

# ---- the suite, and a part of it under compute-sanitizer
if [ -z "$library" ]; then
  note "suite on cuda" failed 0 "there is no library: nothing was built, and GIBBS_NATIVE_LIBRARY is not set"
else
  env GIBBS_NATIVE_LIBRARY="$library" "$dotnet" exec "$published/cli/Gibbs.Cli.dll" info >"$work/info.txt" 2>&1
  suite "suite on cuda" suite "$library" "$suite_filter"
  for tool in memcheck racecheck initcheck; do
    if ! command -v compute-sanitizer >/dev/null; then
      skip "compute-sanitizer $tool" "compute-sanitizer is not on the path, nor in /usr/local/cuda"
      continue
    fi
    # API errors are what some tests provoke: allocations that cannot be.
    suite "compute-sanitizer $tool" "$tool" "$library" "$sanitizer_filter" \
      compute-sanitizer --tool "$tool" --report-api-errors no --error-exitcode 86 --print-limit 20
  done
fi

# ---- clang's PTX: NVIDIA's assembler reads the inline PTX that clang only passes on
ptx=()
for folder in "$published/clang" "$root/build/native/ci/images"; do
  mapfile -t ptx < <(compgen -G "$folder/*_[0-9]*.ptx")
  [ "${#ptx[@]}" -eq 0 ] || break
done
if [ "${#ptx[@]}" -eq 0 ]; then
  skip "ptxas on clang's PTX" "none was published, nor built here"
elif ! command -v ptxas >/dev/null; then
  skip "ptxas on clang's PTX" "ptxas is not on the path, nor in /usr/local/cuda/bin"
else
  assemble() {
    local file target failed=0
    for file in "$@"; do
      target=$(sed -n 's/^\.target \(sm_[0-9a-z]*\).*/\1/p' "$file" | head -n 1)
      echo "== $file $target"
      ptxas -v -arch="$target" -o /dev/null "$file" || failed=1
    done
    return "$failed"
  }
  begin=$SECONDS
  if assemble "${ptx[@]}" >"$work/ptxas.log" 2>&1; then
    spills=$(grep -c 'bytes spill stores' "$work/ptxas.log") free=$(grep -c ' 0 bytes spill stores' "$work/ptxas.log")
    note "ptxas on clang's PTX" passed $((SECONDS - begin)) "${#ptx[@]} files, $((spills - free)) of $spills functions spill registers"
  else
    note "ptxas on clang's PTX" failed $((SECONDS - begin)) "$(grep -m 1 -i error "$work/ptxas.log" | cut -c -160) (ptxas.log)"
  fi
fi
if [ ! -f "$published/clang/libgibbs.so" ]; then
  skip "suite on clang's image" "no library with clang's PTX was published"
else
  suite "suite on clang's image" suite-clang "$published/clang/libgibbs.so" "$suite_filter"
fi

# ---- benchmarks
figures=()
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p" <<<"$2"; }
bench() {  # OPERATION-WITH-ITS-WORDS ROWS COLUMNS TYPE
  local line ms bytes copy words
  read -ra words <<<"$1"
  step bench bench env GIBBS_NATIVE_LIBRARY="$built" "$dotnet" exec "$published/cli/Gibbs.Cli.dll" \
    bench "${words[@]}" --rows "$2" --columns "$3" --type "$4" --device cuda --json
  if [ "$status" -ne 0 ]; then
    note "bench $1 $2 x $3 $4" failed "$seconds" "$(why "$status" bench)"
    return 1
  fi
  line=$(tail -n 1 "$work/bench.log")
  ms=$(field medianMilliseconds "$line") bytes=$(field bytes "$line") copy=$(field copyMilliseconds "$line")
  figures+=("$(awk -v o="$1" -v n="$2" -v v="$3" -v t="$4" -v m="$ms" -v b="$bytes" -v c="$copy" \
    'BEGIN { printf "| %s | %d x %d | %s | %.4f | %.0f | %.0f | %.1f |", o, n, v, t, m, b / m / 1e6, b / c / 1e6, 100 * c / m }')")
}
if [ -z "$built" ]; then
  skip "benchmarks" "there is no library"
elif ! grep -q '(Cuda)$' "$work/info.txt" || grep -q '^devices: 0' "$work/info.txt"; then
  skip "benchmarks" "the library sees no CUDA device"
else
  begin=$SECONDS
  for operation in cross-entropy-forward cross-entropy-in-place cross-entropy; do
    for shape in "65536 256" "65536 1024" "16384 4096" "8192 32000" "4096 50257" "2048 151643" "16 4194304"; do
      read -r rows columns <<<"$shape"
      bench "$operation" "$rows" "$columns" bfloat16 || break 2
    done
    bench "$operation" 4096 32000 float32 || break
  done
  for operation in "project sparsemax" "project entmax --alpha 1.5" "project entmax --alpha 1.25" "project l1-ball --radius 1" "project soft-threshold --threshold 0.5" \
      "project n-of-m --n 2 --m 4" "project sparsemax --gradient" fenchel-young entropy entropy-in-place renyi-entropy kl jensen-shannon nucleus-entropy top-h; do
    for shape in "65536 1024" "8192 32768" "2048 131072"; do
      read -r rows columns <<<"$shape"
      bench "$operation" "$rows" "$columns" bfloat16 || break 2
    done
    bench "$operation" 4096 32000 float32 || break
  done
  for shape in 1024 2048 8192 16384; do
    bench sinkhorn "$shape" "$shape" float32 || break
    bench sinkhorn "$shape" "$shape" bfloat16 || break
  done
  for columns in 16 64 1024; do
    bench doubly-stochastic 1048576 "$columns" float32 || break
  done
  [ "${#figures[@]}" -eq 0 ] || note "benchmarks" passed $((SECONDS - begin)) "${#figures[@]} figures"
  if [ -f "$published/bench/Gibbs.Bench.dll" ]; then
    simple "cost of a native call" interop env GIBBS_NATIVE_LIBRARY="$built" \
      "$dotnet" exec "$published/bench/Gibbs.Bench.dll" --filter '*InteropBenchmarks*' --inProcess --artifacts "$work/interop"
  else
    skip "cost of a native call" "no benchmarks were published"
  fi
fi

# ---- report
{
  echo "# GPU check"
  echo
  echo "| | |"
  echo "|---|---|"
  echo "| device | $gpu${capability:+, compute $capability} |"
  echo "| driver | $driver |"
  echo "| nvcc | ${nvcc_version:-none} |"
  echo "| processor | ${processor:-unknown} |"
  echo "| system | $(uname -sr) |"
  echo "| commit | $commit |"
  echo "| date | $(date -u '+%Y-%m-%d %H:%M UTC') |"
  echo
  echo "| step | result | seconds | |"
  echo "|---|---|---|---|"
  printf '%s\n' "${steps[@]}"
  if [ "${#figures[@]}" -gt 0 ]; then
    echo
    echo "Medians by device events over rotated buffers larger than the cache; the limit is the fastest read or copy of the same bytes in the same run."
    echo
    echo "| operation | N x V | type | ms | GB/s | limit, GB/s | % of limit |"
    echo "|---|---|---|---|---|---|---|"
    printf '%s\n' "${figures[@]}"
  fi
  if compgen -G "$work/interop/results/*-github.md" >/dev/null; then
    echo
    cat "$work"/interop/results/*-github.md
  fi
  if [ -s "$work/info.txt" ]; then
    echo
    echo '```'
    cat "$work/info.txt"
    echo '```'
  fi
} >"$report"
echo "report: $report"
exit "$bad"
