#!/usr/bin/env python3
"""Times Gibbs' Sinkhorn and POT's (ot.sinkhorn, NumPy) on the same problem to the same L1 marginal error, in turns, and prints the ratios as a Markdown table.

    bench/peers/pot_sinkhorn.py --sizes 500 2000 --epsilons 0.1 0.02 --types float32 float64

Problems: uniform points in the plane, squared distances over their mean, random weights. POT stops by an L2 error of its own that it tests every ten iterations; it is asked for the largest threshold whose
plan has the error wanted, and that call is timed. Gibbs' time is that of its iterations in a process that is warm (gibbs bench sinkhorn), as many as `gibbs sinkhorn` takes for the same error. Needs a Python with numpy and POT (Debian: python3-pot), and the .NET SDK, or a published `gibbs` (--gibbs).
"""

import argparse
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import tempfile
import time

import numpy
import ot

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
METHODS = ("sinkhorn", "sinkhorn_log")
LIMIT = 100000


def problem(size, kind, seed=1):
    random = numpy.random.default_rng(seed)
    x, y = random.random((size, 2)), random.random((size, 2))
    cost = ((x[:, None, :] - y[None, :, :]) ** 2).sum(-1)
    a, b = 0.1 + random.random(size), 0.1 + random.random(size)
    return tuple(numpy.ascontiguousarray(array, dtype=kind) for array in (cost / cost.mean(), a / a.sum(), b / b.sum()))


def error_of(plan, a, b):
    plan = plan.astype(numpy.float64)
    return float(numpy.abs(plan.sum(1) - a).sum() + numpy.abs(plan.sum(0) - b).sum())


def pot(cost, a, b, epsilon, method, wanted, seconds):
    """Seconds and iterations of the cheapest call that reaches the error; none where it gives no plan, or takes too long."""
    threshold = wanted / 3
    while threshold > 1e-15:
        begin = time.perf_counter()
        with numpy.errstate(all="ignore"):
            plan, log = ot.sinkhorn(a, b, cost, epsilon, method=method, stopThr=threshold, numItermax=LIMIT, warn=False, log=True)
        taken = time.perf_counter() - begin
        error = error_of(plan, a, b)
        if error <= wanted:
            return taken, int(log.get("niter", log.get("n_iter", 10 * len(log.get("err", []))))), error
        if not numpy.isfinite(error) or taken > seconds:
            return None
        threshold /= 3
    return None


def run(arguments, words):
    done = subprocess.run([str(word) for word in [*arguments.gibbs, *words, "--json"]], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"gibbs {shlex.join(map(str, words))} failed:\n{done.stderr.strip()}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def gibbs(arguments, folder, size, kind, epsilon, wanted):
    """Milliseconds and iterations to the error."""
    solve = ["sinkhorn", "--cost", folder / "c.npy", "--a", folder / "a.npy", "--b", folder / "b.npy", "--epsilon", epsilon, "--tolerance", wanted, "--max-iterations", LIMIT]
    iterations = run(arguments, solve)["iterations"]
    hundred = run(arguments, ["bench", "sinkhorn", "--rows", size, "--columns", size, "--type", kind, "--seconds", 1])["medianMilliseconds"]
    return hundred / 100 * iterations, iterations


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[500, 2000])
    parser.add_argument("--epsilons", nargs="+", type=float, default=[0.1, 0.02])
    parser.add_argument("--types", nargs="+", default=["float32", "float64"])
    parser.add_argument("--error", type=float, default=1e-5, help="L1 marginal error that both must reach")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each; the table holds medians")
    parser.add_argument("--seconds", type=float, default=600, help="a peer that takes longer is left out")
    parser.add_argument("--gibbs", default=None, help="a published gibbs; without, it is built and run by dotnet")
    arguments = parser.parse_args()
    if arguments.gibbs:
        arguments.gibbs = shlex.split(arguments.gibbs)
    else:
        project = ROOT / "src" / "Gibbs.Cli"
        subprocess.run(["dotnet", "build", str(project), "-c", "Release", "-v", "q", "--nologo"], check=True)
        arguments.gibbs = ["dotnet", "run", "-c", "Release", "--no-build", "--project", str(project), "--"]
    print(f"POT {ot.__version__}, NumPy {numpy.__version__}, {os.cpu_count()} cores, marginal error {arguments.error:g}\n")
    print("| size | epsilon | type | peer | Gibbs ms | iterations | peer ms | iterations | peer / Gibbs |")
    print("|---|---|---|---|---:|---:|---:|---:|---:|")
    for size in arguments.sizes:
        for kind in arguments.types:
            cost, a, b = problem(size, kind)
            with tempfile.TemporaryDirectory() as name:
                folder = pathlib.Path(name)
                for file, array in (("c", cost), ("a", a), ("b", b)):
                    numpy.save(folder / f"{file}.npy", array)
                for epsilon in arguments.epsilons:
                    ours, peers = [], {method: [] for method in METHODS}
                    for _ in range(arguments.rounds):
                        ours.append(gibbs(arguments, folder, size, kind, epsilon, arguments.error))
                        for method in METHODS:
                            peers[method].append(pot(cost, a, b, epsilon, method, arguments.error, arguments.seconds))
                    mine = statistics.median(milliseconds for milliseconds, _ in ours)
                    for method, calls in peers.items():
                        row = f"| {size} x {size} | {epsilon:g} | {kind} | ot.{method} | {mine:.2f} | {ours[0][1]} |"
                        if any(call is None for call in calls):
                            print(f"{row} - | - | never that exact |", flush=True)
                            continue
                        theirs = 1000 * statistics.median(call[0] for call in calls)
                        print(f"{row} {theirs:.1f} | {calls[0][1]} | {theirs / mine:.1f} |", flush=True)


if __name__ == "__main__":
    main()
