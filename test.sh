#!/usr/bin/env bash
# Installs what the tests need, builds the native and the managed side, runs every suite, and ends with the totals over all of them.
#   ./test.sh                  everything
#   ./test.sh --install-only   only the packages (Debian or Ubuntu, as root or with sudo)
set -u -o pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

packages=(g++ cmake ninja-build clang-19 libboost-context-dev libgtest-dev)

missing_packages() {
  local package
  for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || echo "$package"
  done
}

install_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "No apt-get here: install by hand what Debian calls ${packages[*]}" >&2
    return 0
  fi
  local missing
  mapfile -t missing < <(missing_packages)
  [ "${#missing[@]}" -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
      echo "Not root, so please run: apt-get install ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo -n)
  fi
  echo "Installing ${missing[*]}"
  "${as_root[@]}" apt-get -q update >/dev/null && DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get -q -y install --no-install-recommends "${missing[@]}" >/dev/null
}

case "${1:-}" in
  --install-only) install_packages; exit ;;
  "") ;;
  *) echo "test.sh: unknown argument '$1'; it takes --install-only or none" >&2; exit 2 ;;
esac

passed=0 failed=0 skipped=0 broken=()
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
log=$(mktemp)
sanitized=$(mktemp)
trap 'rm -f "$log" "$sanitized" "$sanitized.status"' EXIT

# step NAME COMMAND…: a build step; what follows needs it.
step() {
  local name=$1; shift
  echo "== $name"
  "$@" || { echo "test.sh: '$name' failed" >&2; broken+=("$name"); finish; }
}

# suite NAME COMMAND…: a test run, its counts added up from its closing lines.
suite() {
  local name=$1 status counts; shift
  echo "== $name"
  "$@" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  counts=$(awk '
    /^ +succeeded: +[0-9]+$/ { p += $2 } /^ +failed: +[0-9]+$/ { f += $2 } /^ +skipped: +[0-9]+$/ { s += $2 }
    /^\[  PASSED  \] [0-9]+ test/ { p += $4 } /^\[  FAILED  \] [0-9]+ test/ { f += $4 } /^\[  SKIPPED \] [0-9]+ test/ { s += $4 }
    END { print p + 0, f + 0, s + 0 }' "$log")
  read -r p f s <<<"$counts"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  if [ "$status" -ne 0 ] || [ $((p + f + s)) -eq 0 ]; then
    [ "$f" -eq 0 ] && failed=$((failed + 1))  # a run that died before its counts is a failure
    broken+=("$name")
  fi
}

# begin FILE COMMAND…: a test run in the background, its output to FILE; `suite NAME result FILE` waits for it and shows it.
begin() {
  local file=$1; shift
  { "$@" >"$file" 2>&1; echo $? >"$file.status"; } &
}
result() {
  while [ ! -s "$1.status" ]; do sleep 1; done
  cat "$1"
  return "$(<"$1.status")"
}

finish() {
  [ "${#broken[@]}" -gt 0 ] && printf 'failed: %s\n' "${broken[@]}"
  [ "${#broken[@]}" -gt 0 ] && [ "$failed" -eq 0 ] && failed=1
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "${#broken[@]}" -eq 0 ] && [ "$failed" -eq 0 ]
  exit
}

step "packages" install_packages
step "native: configure" cmake --preset ci
step "native: build" cmake --build --preset ci
step "native: tests, build" cmake --build --preset ci --target gibbs_native_tests
step "managed: build" dotnet build Interop.sln -c Release -v quiet
step "ManagedCuda adapter against its stand-ins" dotnet build src/Gibbs.ManagedCuda -c Release -v quiet -p:ManagedCuda=shape

library=$PWD/build/native/lib
tests=(dotnet tests/Gibbs.Tests/bin/Release/net10.0/Gibbs.Tests.dll --no-ansi --progress off)
for build in emulated emulated_sanitized driver; do
  suite "native tests, $build" "build/native/bin/gibbs_native_tests_$build"
done
# Side by side: each keeps about one core busy.
begin "$sanitized" env GIBBS_NATIVE_LIBRARY="$library/libgibbs_emulated_sanitized.so" GIBBS_REQUIRE_NATIVE=1 \
  LD_PRELOAD="$(g++ -print-file-name=libasan.so) $(g++ -print-file-name=libstdc++.so.6)" ASAN_OPTIONS=detect_leaks=0:handle_segv=0:use_sigaltstack=0 \
  "${tests[@]}" --filter TestCategory=Native
suite "all tests, with the emulated library" \
  env GIBBS_NATIVE_LIBRARY="$library/libgibbs_emulated.so" GIBBS_REQUIRE_NATIVE=1 "${tests[@]}"
suite "native category, under address and undefined-behaviour sanitizers" result "$sanitized"
if command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1 && [ -e "$library/libgibbs.so" ]; then
  suite "native and GPU categories, on cuda" \
    env GIBBS_NATIVE_LIBRARY="$library/libgibbs.so" GIBBS_REQUIRE_NATIVE=1 GIBBS_REQUIRE_GPU=1 "${tests[@]}" --filter "TestCategory=Native|TestCategory=Gpu"
fi
step "benchmarks, one dry run" dotnet bench/Gibbs.Bench/bin/Release/net10.0/Gibbs.Bench.dll --filter '*' --job Dry --inProcess --artifacts build/bench-dry
finish
