#!/usr/bin/env bash
# Publishes the tests, the command and the benchmarks, and packs them and the .NET runtime, for a machine without the SDK: scripts/gpu-check.sh takes both archives.
#   scripts/pack-tests.sh [FOLDER]     default build/device; writes dotnet-runtime.tar.xz and gibbs-tests.tar.xz there
# Where CMake built libgibbs with clang's PTX (preset ci), that library and its PTX go along, to be checked on a GPU.
set -eu -o pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

case "${1:-}" in
  -h|--help) sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
  -*) echo "pack-tests.sh: unknown argument '$1'; it takes a folder or nothing" >&2; exit 2 ;;
esac
folder=${1:-$root/build/device}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

need() { command -v "$1" >/dev/null || { echo "pack-tests.sh: $1 is missing" >&2; exit 1; }; }
need dotnet; need tar; need xz

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) rid=linux-x64 ;;
  Linux-aarch64) rid=linux-arm64 ;;
  *) echo "pack-tests.sh: runs on Linux, x64 or arm64" >&2; exit 1 ;;
esac

# The runtime: what `dotnet exec` needs of the SDK's folder, the newest of the version that global.json's SDK runs on.
home=$(dotnet --list-runtimes | sed -n 's/^Microsoft\.NETCore\.App \(10\.[^ ]*\) \[\(.*\)\/shared\/Microsoft\.NETCore\.App\]$/\1 \2/p' | sort -V | tail -n 1)
version=${home%% *} home=${home#* }
[ -n "$version" ] && [ -x "$home/dotnet" ] || { echo "pack-tests.sh: no .NET 10 runtime among: $(dotnet --list-runtimes | tr '\n' ';')" >&2; exit 1; }
fxr=$(ls "$home/host/fxr" | sort -V | tail -n 1)
echo "runtime $version of $home"
tar -C "$home" --transform 's,^,dotnet/,' -cf - dotnet "host/fxr/$fxr" "shared/Microsoft.NETCore.App/$version" | xz -6 -T0 > "$folder/dotnet-runtime.tar.xz"

published=$folder/gibbs
rm -rf "$published"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
publish() {  # PROJECT NAME
  # Its own artifacts folder: a publish for a runtime identifier must not disturb the builds of the checkout.
  dotnet publish "$root/$1" -c Release -r "$rid" --self-contained false -v quiet \
    -p:SatelliteResourceLanguages=en -p:DebugType=embedded --artifacts-path "$folder/artifacts" -o "$published/$2"
  echo "published $1"
}
publish tests/Gibbs.Tests tests
publish src/Gibbs.Cli cli
if [ -f "$root/bench/Gibbs.Bench/Gibbs.Bench.csproj" ]; then publish bench/Gibbs.Bench bench; fi

# PTX by clang is embedded as the text it is.
if compgen -G "$root/build/native/ci/images/*.ptx" >/dev/null && grep -a -q 'LLVM NVPTX' "$root/build/native/lib/libgibbs.so" 2>/dev/null; then
  mkdir -p "$published/clang"
  cp "$root"/build/native/ci/images/*.ptx "$root/build/native/lib/libgibbs.so" "$published/clang/"
  echo "with clang's PTX and the library that embeds it"
else
  echo "without clang's PTX: cmake --preset ci && cmake --build --preset ci, with clang 19, makes it"
fi

tar -C "$folder" -cf - gibbs | xz -6 -T0 > "$folder/gibbs-tests.tar.xz"
ls -l "$folder"/*.tar.xz
