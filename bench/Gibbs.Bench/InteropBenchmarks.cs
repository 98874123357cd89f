using System;

using BenchmarkDotNet.Attributes;

using Gibbs.Interop;

namespace Gibbs.Bench;

/// <summary>
/// What a call into the native library costs before any work: <see cref="NoRows"/> is all of the managed wrapper and the C ABI, for N = 0, where nothing is launched.
/// Runs on the library that <c>GIBBS_NATIVE_LIBRARY</c> names, else on the emulated one that CMake built in the checkout.
/// </summary>
[MemoryDiagnoser]
public class InteropBenchmarks
{
    private CudaDevice _device = null!;
    private CudaStream _stream = null!;
    private DeviceSpan2D<float> _logits;
    private DeviceSpan<int> _targets;

    [GlobalSetup]
    public void SetUp()
    {
        NativeRuntime.SearchCheckout();
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(NativeLoader.Variable)))
            NativeRuntime.Use(RuntimeKind.Emulated);
        _device = CudaDevice.Open();
        _stream = _device.CreateStream();
        _logits = new DeviceSpan2D<float>(0, 0, 32000, 32000);
        _targets = new DeviceSpan<int>(0, 0);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _stream.Dispose();
        _device.Dispose();
    }

    /// <summary>A native function that returns a constant: the transition alone.</summary>
    [Benchmark(Baseline = true)]
    public int Getter() => NativeMethods.gibbs_abi_version();

    /// <summary>A reference to the stream's handle taken and released, as each call does.</summary>
    [Benchmark]
    public nint HandleScope()
    {
        using CudaStream.Use use = new(_stream);
        return use.Stream;
    }

    /// <summary>Softmax cross-entropy of no rows: checks, the C struct, the call, the native checks.</summary>
    [Benchmark]
    public void NoRows() => SoftmaxCrossEntropy.Compute(_stream, _logits, _targets, default);

    /// <summary>The same with options and outputs named.</summary>
    [Benchmark]
    public void NoRowsWithOptions() =>
        SoftmaxCrossEntropy.Compute(
            _stream,
            _logits,
            _targets,
            new DeviceCrossEntropyOutputs<float, float> { Losses = default, Gradient = default, LogSumExp = default },
            new CrossEntropyOptions { LabelSmoothing = 0.1, ZLoss = 1e-4, Softcap = 30, Reduction = Reduction.Sum });

    /// <summary>The workspace query of a batch.</summary>
    [Benchmark]
    public long WorkspaceQuery() => SoftmaxCrossEntropy.WorkspaceBytes(_stream, _logits, _targets, default);

    /// <summary>A buffer allocated and freed in stream order.</summary>
    [Benchmark]
    public void AllocateAndFree()
    {
        using DeviceBuffer<byte> buffer = _stream.Allocate<byte>(4096);
    }
}
