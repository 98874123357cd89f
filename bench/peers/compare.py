#!/usr/bin/env python3
"""Times Gibbs and PyTorch on the same shapes, in turns, in the same run, and prints the ratios as a Markdown table.

    bench/peers/compare.py --shapes 1024x32000 4096x1000 --types float32
    bench/peers/compare.py --device cuda --shapes 4096x128256 --types bfloat16

Needs a Python with torch for the peers (--python) and the .NET SDK, or a published `gibbs` (--gibbs), for Gibbs.
"""

import argparse
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROJECT = ROOT / "src" / "Gibbs.Cli"


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{shlex.join(map(str, command))} failed:\n{done.stderr.strip()}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def medians(values):
    """A dict of lists of figures as a dict of medians."""
    return {key: statistics.median(figures) for key, figures in values.items()}


def measure(arguments, rows, columns, kind):
    shape = ["--rows", rows, "--columns", columns, "--type", kind, "--device", arguments.device]
    ours, peers = {}, {}
    for _ in range(arguments.rounds):
        for operation in ("cross-entropy-forward", "cross-entropy"):
            report = run([*arguments.gibbs, "bench", operation, *shape, "--seconds", arguments.seconds, "--json"])
            ours.setdefault(operation, []).append(report["medianMilliseconds"])
            ours.setdefault(operation + " fraction", []).append(report["fractionOfCopy"])
        report = run([arguments.python, HERE / "pytorch.py", *shape, "--threads", arguments.threads, "--seconds", arguments.seconds])
        for name, figures in report["peers"].items():
            for key, value in figures.items():
                peers.setdefault((name, key), []).append(value)
    return medians(ours), medians(peers)


def parse(description):
    """The command line that the comparisons share, with the gibbs command built where none is named."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", nargs="+", default=["1024x32000"], help="NxV")
    parser.add_argument("--types", nargs="+", default=["float32"])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3, help="turns of each; the table holds medians over them")
    parser.add_argument("--seconds", type=float, default=2, help="per figure and turn")
    parser.add_argument("--python", default=sys.executable, help="a Python that has torch")
    parser.add_argument("--gibbs", type=shlex.split, help="the gibbs command; default: built and run from this checkout")
    arguments = parser.parse_args()
    if arguments.gibbs is None:
        subprocess.run(["dotnet", "build", "-c", "Release", "-v", "quiet", "--nologo", str(PROJECT)], check=True, stdout=subprocess.DEVNULL)
        arguments.gibbs = ["dotnet", "run", "-c", "Release", "--no-build", "--project", str(PROJECT), "--"]
    return arguments


def main():
    arguments = parse(__doc__)
    print("| shape | type | peer | what | Gibbs ms | of its limit | peer ms | peer / Gibbs |")
    print("|---|---|---|---|---:|---:|---:|---:|")
    for shape in arguments.shapes:
        rows, columns = shape.split("x")
        for kind in arguments.types:
            ours, peers = measure(arguments, rows, columns, kind)
            for (name, key), theirs in peers.items():
                operation = "cross-entropy-forward" if key == "forwardMilliseconds" else "cross-entropy"
                mine = ours[operation]
                what = "loss" if key == "forwardMilliseconds" else "loss and gradient"
                fraction = ours[operation + " fraction"]
                print(f"| {rows} x {columns} | {kind} | PyTorch {name} | {what} | {mine:.3f} | {100 * fraction:.0f} % | {theirs:.3f} | {theirs / mine:.1f} |", flush=True)


if __name__ == "__main__":
    main()
