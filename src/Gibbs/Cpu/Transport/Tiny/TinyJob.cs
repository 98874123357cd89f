using Gibbs.Cpu.Kernels;

namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>A call on many small matrices, as workers see it.</summary>
internal unsafe struct TinyJob
{
    public DoublyStochasticOptions Options;
    public RowScale Scale;
    public int Rows;
    public int Columns;
    public byte* Values;
    public nint ValuesStride;

    /// <summary>The gradient by P; null for the normalisation itself.</summary>
    public byte* Upstream;
    public nint UpstreamStride;

    /// <summary>P, or the gradient by the values; may be null.</summary>
    public byte* Result;
    public nint ResultStride;

    /// <summary>Targets of the arithmetic type, null where absent; the stride is 0 where all matrices share them.</summary>
    public void* RowTargets;
    public long RowTargetsStride;
    public void* ColumnTargets;
    public long ColumnTargetsStride;

    public void* Errors;
    public TransportStatus* Status;

    public readonly int Entries => Rows * Columns;

    public readonly bool Damped => Options.Scheme == DoublyStochasticScheme.DeepSeek;

    public readonly bool Positive => Options.Input == DoublyStochasticInput.Positive;

    public readonly bool HasOwnTargets => RowTargetsStride != 0 || ColumnTargetsStride != 0;
}
