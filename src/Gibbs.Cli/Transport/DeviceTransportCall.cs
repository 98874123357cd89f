using System;

namespace Gibbs.Cli.Transport;

/// <summary>What a solve on a device is given besides its costs, and where it leaves what it finds.</summary>
internal sealed class DeviceTransportCall<TReal>(DeviceArrays arrays, SinkhornArguments arguments, TransportResults<TReal> results) : IDisposable
    where TReal : unmanaged
{
    private DeviceTimer? _timer;

    public DeviceArrays Arrays => arrays;

    public CudaStream Stream => arrays.Stream;

    public bool IsDivergence => arguments.Divergence;

    public TransportMethod Method => arguments.Method;

    public DeviceTransportResults<TReal> Outputs { get; } = new(arrays, results);

    public DeviceSpan<SinkhornResult> Result { get; } = arrays.Allocate<SinkhornResult>(1);

    public DeviceSpan<SparseTransportResult> Sparse { get; } = arrays.Allocate<SparseTransportResult>(1);

    public DeviceSpan<SinkhornDivergenceResult> Divergence { get; } = arrays.Allocate<SinkhornDivergenceResult>(1);

    /// <summary>Its inputs are there: from here on it is timed.</summary>
    public void Begin() => _timer = new(arrays.Stream);

    /// <summary>Waits for it.</summary>
    public double End() => _timer!.Stop();

    public void Dispose() => _timer?.Dispose();
}
