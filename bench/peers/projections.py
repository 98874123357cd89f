#!/usr/bin/env python3
"""Times Gibbs' sparse projections and the published formulas in PyTorch and NumPy on the same shapes, in turns, in the same run, and prints the ratios as a Markdown table.

    bench/peers/projections.py --shapes 1024x32000 --types float32

Needs a Python with torch and numpy for the peers (--python) and the .NET SDK, or a published `gibbs` (--gibbs), for Gibbs.
"""

from compare import HERE, medians, parse, run

# The operation of Gibbs that a peer is held against.
OPERATIONS = {
    "sparsemax": ["sparsemax"],
    "entmax-1.5": ["entmax", "--alpha", 1.5],
    "entmax-1.25": ["entmax", "--alpha", 1.25],
}


def measure(arguments, rows, columns, kind):
    shape = ["--rows", rows, "--columns", columns, "--type", kind, "--device", arguments.device]
    ours, peers = {}, {}
    for _ in range(arguments.rounds):
        for name, words in OPERATIONS.items():
            for what, option in (("forward", []), ("gradient", ["--gradient"])):
                report = run([*arguments.gibbs, "bench", "project", *words, *option, *shape, "--seconds", arguments.seconds, "--json"])
                ours.setdefault((name, what), []).append(report["medianMilliseconds"])
                ours.setdefault((name, what, "fraction"), []).append(report["fractionOfCopy"])
        report = run([arguments.python, HERE / "entmax_pytorch.py", *shape, "--threads", arguments.threads, "--seconds", arguments.seconds])
        for name, figures in report["peers"].items():
            for key, value in figures.items():
                peers.setdefault((name, key), []).append(value)
    return medians(ours), medians(peers)


def main():
    arguments = parse(__doc__)
    print("| shape | type | operation | peer | what | Gibbs ms | of a copy | peer ms | peer / Gibbs |")
    print("|---|---|---|---|---|---:|---:|---:|---:|")
    for shape in arguments.shapes:
        rows, columns = shape.split("x")
        for kind in arguments.types:
            ours, peers = measure(arguments, rows, columns, kind)
            for (name, key), theirs in peers.items():
                operation, peer = name.split(", ")
                both = key == "gradientMilliseconds"
                mine = ours[operation, "forward"] + (ours[operation, "gradient"] if both else 0)
                fraction = "" if both else f"{100 * ours[operation, 'forward', 'fraction']:.0f} %"
                what = "map and gradient" if both else "map"
                print(f"| {rows} x {columns} | {kind} | {operation} | {peer} | {what} | {mine:.3f} | {fraction} | {theirs:.3f} | {theirs / mine:.1f} |", flush=True)


if __name__ == "__main__":
    main()
