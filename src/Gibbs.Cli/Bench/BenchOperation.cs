using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Kernels;

namespace Gibbs.Cli.Bench;

/// <summary>One call on rows in host memory.</summary>
/// <param name="input">Random rows.</param>
/// <param name="second">Where a second matrix is read, that one; else empty.</param>
/// <param name="output">Where a matrix is written, that one, perhaps the input; else empty.</param>
internal delegate void HostStep<T>(Span2D<T> input, Span2D<T> second, Span2D<T> output);

/// <summary>The same on rows in device memory.</summary>
internal delegate void DeviceStep<T>(DeviceSpan2D<T> input, DeviceSpan2D<T> second, DeviceSpan2D<T> output)
    where T : unmanaged;

/// <summary>What is timed, and what fills the second matrix before that; without it, it holds the input's values.</summary>
internal readonly record struct HostWork<T>(HostStep<T> Step, HostStep<T>? Prepare = null);

/// <summary>The same on a device.</summary>
internal readonly record struct DeviceWork<T>(DeviceStep<T> Step, DeviceStep<T>? Prepare = null)
    where T : unmanaged;

/// <summary>An operation that <c>gibbs bench</c> times, with the matrices that it moves.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Summary">For people.</param>
internal abstract record BenchOperation(string Name, string Summary)
{
    /// <summary>How many matrices are read, 1 or 2.</summary>
    public int Reads { get; init; } = 1;

    /// <summary>How many times they are read.</summary>
    public int Passes { get; init; } = 1;

    /// <summary>Whether rows are problems of their own, so that how many a second says more than bytes.</summary>
    public bool CountsRows { get; init; }

    /// <summary>Whether a matrix is written.</summary>
    public bool Writes { get; init; } = true;

    /// <summary>Whether it is written over the input.</summary>
    public bool InPlace { get; init; }

    /// <summary>Bytes moved. Vectors of N or V numbers are not counted.</summary>
    public long Bytes(long rows, long columns, int elementSize) => rows * columns * elementSize * ((Reads * Passes) + (Writes ? 1 : 0));

    public abstract HostWork<T> OnHost<T, TReal, TKernels>(BenchSettings settings)
        where T : unmanaged
        where TReal : unmanaged
        where TKernels : IKernels<T, TReal>;

    /// <param name="settings">The shape.</param>
    /// <param name="arrays">Owns what the work allocates.</param>
    /// <param name="input">Rows of that shape, for the size of the scratch: as in a training loop, it is allocated once.</param>
    public abstract DeviceWork<T> OnDevice<T, TReal, TKernels>(BenchSettings settings, DeviceArrays arrays, DeviceSpan2D<T> input)
        where T : unmanaged
        where TReal : unmanaged
        where TKernels : IKernels<T, TReal>;
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

    /// <summary>Bytes of one matrix.</summary>
    public long MatrixBytes => (long)Rows * Columns * ElementSize;

    /// <summary>Bytes of the operation.</summary>
    public long Bytes => Operation.Bytes(Rows, Columns, ElementSize);

    /// <summary>Entries of the matrix and pass, in a second.</summary>
    public double EntriesPerSecond(BenchFigures figures) => (double)Rows * Columns * Operation.Passes / figures.MedianMilliseconds * 1000;

    /// <summary>Rows in a second.</summary>
    public double RowsPerSecond(BenchFigures figures) => Rows / figures.MedianMilliseconds * 1000;

    /// <summary>How many buffers to rotate over, so that together they are at least four times the cache.</summary>
    public int Buffers(long cacheBytes) => (int)Math.Clamp(((4 * cacheBytes) + MatrixBytes - 1) / MatrixBytes, 1, 1 << 16);

    /// <summary>A yardstick of one matrix read (and one written, where the operation writes) scaled to the operation's bytes.</summary>
    public BenchFigures Scale(BenchFigures figures) =>
        figures with { CopyMilliseconds = figures.CopyMilliseconds * Bytes / (MatrixBytes * (Operation.Writes ? 2 : 1)) };
}

/// <summary>Medians of a run.</summary>
/// <param name="MedianMilliseconds">The operation.</param>
/// <param name="CopyMilliseconds">The fastest way to move the same bytes, interleaved in the same run.</param>
/// <param name="Yardstick">Which way that was.</param>
/// <param name="Buffers">Buffers rotated over.</param>
/// <param name="Samples">Samples of each.</param>
internal readonly record struct BenchFigures(double MedianMilliseconds, double CopyMilliseconds, string Yardstick, int Buffers, int Samples);
