#!/usr/bin/env python3
"""Times sparsemax and entmax written in PyTorch from their published formulas, and the simplex projection in NumPy, and prints one line of JSON.

Sort-based sparsemax (Martins and Astudillo, 2016), sort-based entmax-1.5 and bisection for any alpha (Peters, Niculae and Martins, 2019), each with the gradient from its
result alone; sort-based simplex projection (Held, Wolfe and Crowder, 1974). Buffers as in pytorch.py; a sample is one call, on the next buffer: a call takes seconds.
"""

import itertools
import sys

import numpy
import torch

from pytorch import median, report, setting


def counts(rows):
    return torch.arange(1, rows.shape[-1] + 1, device=rows.device, dtype=rows.dtype)


def sparsemax(z):
    x = z - z.max(-1, keepdim=True).values
    ordered = x.sort(-1, descending=True).values
    sums = ordered.cumsum(-1) - 1
    support = (counts(x) * ordered > sums).sum(-1, keepdim=True)
    return (x - sums.gather(-1, support - 1) / support).clamp(min=0)


def entmax15(z):
    x = (z - z.max(-1, keepdim=True).values) / 2
    ordered = x.sort(-1, descending=True).values
    k = counts(x)
    mean = ordered.cumsum(-1) / k
    scatter = (ordered * ordered).cumsum(-1) - k * mean * mean
    tau = mean - ((1 - scatter) / k).clamp(min=0).sqrt()
    support = (tau <= ordered).sum(-1, keepdim=True)
    return (x - tau.gather(-1, support - 1)).clamp(min=0) ** 2


def bisection(alpha, steps=50):
    """Halves the bracket of the threshold until float32 can hold no more, then normalises."""

    def entmax(z):
        power = 1 / (alpha - 1)
        x = (z - z.max(-1, keepdim=True).values) * (alpha - 1)
        low = torch.full_like(x[..., :1], -1)
        width = 1 - (1 / x.shape[-1]) ** (alpha - 1)
        for _ in range(steps):
            width /= 2
            middle = low + width
            low = torch.where(((x - middle).clamp(min=0) ** power).sum(-1, keepdim=True) >= 1, middle, low)
        p = (x - low).clamp(min=0) ** power
        return p / p.sum(-1, keepdim=True)

    return entmax


def differentiable(alpha, formula):
    """With the gradient s (v - <s, v> / sum s), s = p^(2 - alpha) on the support."""

    class Map(torch.autograd.Function):
        @staticmethod
        def forward(context, z):
            p = formula(z)
            context.save_for_backward(p)
            return p

        @staticmethod
        def backward(context, v):
            (p,) = context.saved_tensors
            s = torch.where(p > 0, p ** (2 - alpha), torch.zeros_like(p))
            return s * (v - (s * v).sum(-1, keepdim=True) / s.sum(-1, keepdim=True))

    return Map.apply


def simplex(x):
    """The projection onto the probability simplex, in NumPy."""
    ordered = -numpy.sort(-x, axis=-1)
    sums = numpy.cumsum(ordered, axis=-1) - 1
    k = numpy.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    support = (k * ordered > sums).sum(-1, keepdims=True)
    tau = numpy.take_along_axis(sums, support - 1, -1) / support
    return numpy.maximum(x - tau.astype(x.dtype), 0)


PEERS = {
    "sparsemax, PyTorch sort": (2, sparsemax),
    "entmax-1.5, PyTorch sort": (1.5, entmax15),
    "entmax-1.5, PyTorch bisection": (1.5, bisection(1.5)),
    "entmax-1.25, PyTorch bisection": (1.25, bisection(1.25)),
}


def main():
    arguments, device, rows = setting(__doc__)
    upstream = torch.rand_like(rows[0])

    def time(action):
        turns = itertools.cycle(range(len(rows)))
        return median(device, lambda _: action(next(turns)), 1, arguments.seconds)

    peers = {}
    for name, (alpha, formula) in PEERS.items():
        operation = differentiable(alpha, formula)

        def forward(index):
            with torch.no_grad():
                formula(rows[index])

        def both(index):
            rows[index].grad = None
            operation(rows[index]).backward(upstream)

        try:
            peers[name] = {
                "forwardMilliseconds": time(forward),
                "gradientMilliseconds": time(both),
            }
        except Exception as error:  # e.g. a type without a kernel
            print(f"{name} left out: {error}", file=sys.stderr)
    if device == "cpu" and arguments.type in ("float32", "float64"):
        arrays = [row.detach().numpy() for row in rows]
        peers["sparsemax, NumPy sort"] = {"forwardMilliseconds": time(lambda index: simplex(arrays[index]))}
    report(arguments, peers)


if __name__ == "__main__":
    main()
