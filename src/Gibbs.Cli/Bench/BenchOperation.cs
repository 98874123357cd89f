using System;

namespace Gibbs.Cli.Bench;

/// <summary>An operation that <c>gibbs bench</c> times.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Gradient">Whether it writes a gradient.</param>
/// <param name="InPlace">Whether the gradient takes the logits' place.</param>
/// <param name="Summary">For people.</param>
internal sealed record BenchOperation(string Name, bool Gradient, bool InPlace, string Summary)
{
    public static BenchOperation[] All { get; } =
    [
        new("cross-entropy", Gradient: true, InPlace: false, "loss and gradient, the gradient to other memory; against a copy"),
        new("cross-entropy-in-place", Gradient: true, InPlace: true, "loss and gradient, the gradient over the logits; against a copy"),
        new("cross-entropy-forward", Gradient: false, InPlace: false, "loss; against a read"),
    ];

    /// <summary>All names, for messages.</summary>
    public static string Names => string.Join(", ", Array.ConvertAll(All, static operation => operation.Name));

    /// <summary>Bytes moved: the logits read and, with a gradient, as many written. The yardstick moves the same.</summary>
    public long Bytes(long rows, long columns, int elementSize) => rows * columns * elementSize * (Gradient ? 2 : 1);

    public static BenchOperation? Find(string? name) => Array.Find(All, operation => operation.Name == name);
}

/// <summary>What to time.</summary>
internal sealed record BenchSettings(BenchOperation Operation, int Rows, int Columns, ElementType Type, TimeSpan Budget)
{
    public int ElementSize => Type switch
    {
        ElementType.Float64 => 8,
        ElementType.Float32 => 4,
        _ => 2,
    };

    /// <summary>Bytes of the logits.</summary>
    public long LogitBytes => (long)Rows * Columns * ElementSize;

    /// <summary>How many buffers to rotate over, so that together they are at least four times the cache.</summary>
    public int Buffers(long cacheBytes) => (int)Math.Clamp(((4 * cacheBytes) + LogitBytes - 1) / LogitBytes, 1, 1 << 16);
}

/// <summary>Medians of a run.</summary>
/// <param name="MedianMilliseconds">The operation.</param>
/// <param name="CopyMilliseconds">The fastest way to move the same bytes, interleaved in the same run.</param>
/// <param name="Yardstick">Which way that was.</param>
/// <param name="Buffers">Buffers rotated over.</param>
/// <param name="Samples">Samples of each.</param>
internal readonly record struct BenchFigures(double MedianMilliseconds, double CopyMilliseconds, string Yardstick, int Buffers, int Samples);
