#!/usr/bin/env python3
"""Times PyTorch's cross_entropy, forward and forward + backward, and prints one line of JSON.

On a GPU it times eager mode, torch.compile and Liger, those that are there, with device events; on the CPU eager mode only, with the given number of threads.
Buffers rotate over at least four times the cache, and figures are medians over sweeps, as in `gibbs bench`.
"""

import argparse
import json
import os
import statistics
import sys
import time

import torch

TYPES = {"float32": torch.float32, "float64": torch.float64, "float16": torch.float16, "bfloat16": torch.bfloat16}
CACHE_BYTES = 64 << 20


def eager(logits, targets):
    return torch.nn.functional.cross_entropy(logits, targets)


def variants(device):
    """Names and losses to time; what cannot be imported is left out and said on stderr."""
    found = {"eager": eager}
    if device == "cpu":
        return found
    try:
        found["compile"] = torch.compile(eager)
    except Exception as error:  # no compiler on this machine
        print(f"torch.compile left out: {error}", file=sys.stderr)
    try:
        from liger_kernel.transformers.functional import liger_cross_entropy

        found["liger"] = liger_cross_entropy
    except ImportError as error:
        print(f"Liger left out: {error}", file=sys.stderr)
    return found


def milliseconds(device, action):
    if device == "cpu":
        start = time.perf_counter()
        action()
        return (time.perf_counter() - start) * 1e3
    begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    begin.record()
    action()
    end.record()
    end.synchronize()
    return begin.elapsed_time(end)


def median(device, action, buffers, seconds):
    """Median time of one call; a sample is a sweep over all buffers."""

    def sweep():
        for index in range(buffers):
            action(index)

    for _ in range(2):
        sweep()
    samples, start = [], time.perf_counter()
    while len(samples) < 3 or (time.perf_counter() - start < seconds and len(samples) < 101):
        samples.append(milliseconds(device, sweep) / buffers)
    return statistics.median(samples)


def setting(description):
    """The command line, the kind of device, and the rows to time with: enough of them to leave the cache."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1024)
    parser.add_argument("--columns", type=int, default=32000)
    parser.add_argument("--type", choices=sorted(TYPES), default="float32")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=2, help="per figure")
    arguments = parser.parse_args()

    torch.manual_seed(1)
    device = arguments.device.split(":")[0]
    if device == "cpu":
        torch.set_num_threads(arguments.threads)
    dtype = TYPES[arguments.type]
    size = arguments.rows * arguments.columns * torch.tensor([], dtype=dtype).element_size()
    cache = CACHE_BYTES if device == "cpu" else torch.cuda.get_device_properties(arguments.device).L2_cache_size
    buffers = max(1, -(-4 * cache // size))
    shape = (arguments.rows, arguments.columns)
    rows = [(torch.rand(shape, device=arguments.device) * 16 - 8).to(dtype).requires_grad_() for _ in range(buffers)]
    return arguments, device, rows


def report(arguments, peers):
    print(json.dumps({
        "torch": torch.__version__, "device": arguments.device, "threads": torch.get_num_threads(), "rows": arguments.rows,
        "columns": arguments.columns, "type": arguments.type, "peers": peers,
    }))


def main():
    arguments, device, logits = setting(__doc__)
    buffers = len(logits)
    targets = torch.randint(arguments.columns, (arguments.rows,), device=arguments.device)

    peers = {}
    for name, loss in variants(device).items():

        def forward(index):
            with torch.no_grad():
                loss(logits[index], targets)

        def both(index):
            logits[index].grad = None
            loss(logits[index], targets).backward()

        try:
            peers[name] = {
                "forwardMilliseconds": median(device, forward, buffers, arguments.seconds),
                "gradientMilliseconds": median(device, both, buffers, arguments.seconds),
            }
        except Exception as error:  # e.g. a type without a kernel
            print(f"{name} left out: {error}", file=sys.stderr)
    report(arguments, peers)


if __name__ == "__main__":
    main()
