using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;
using Gibbs.Cli.Rows;

namespace Gibbs.Cli.Decoding;

/// <summary>One run of <c>gibbs decode</c>.</summary>
internal sealed class DecodeRun<T, TReal, TKernels>(RowCommandLine line, ElementType type, NpyArray matrix, DecodeFiles files, TokenSetOptions options)
    : RowRun<T, TReal, TKernels>(line, type, matrix.ToReal<T>("logits", integersToo: false), matrix.Shape[0], matrix.Shape[1])
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    private OutputArray<byte> _mask = null!;
    private OutputArray<long> _samples = null!;
    private OutputArray<TReal> _sampleLogProbability = null!;
    private OutputArray<TReal> _entropy = null!;
    private OutputArray<TReal> _fullEntropy = null!;
    private OutputArray<int> _counts = null!;
    private OutputArray<T> _logProbabilities = null!;
    private OutputArray<T> _gradient = null!;

    protected override void Declare(OutputArrays outputs)
    {
        _mask = outputs.Matrix<byte>(files.Mask, Columns);
        _samples = outputs.Vector<long>(files.Samples);
        _sampleLogProbability = outputs.Vector<TReal>(files.SampleLogProbability);
        _entropy = outputs.Vector<TReal>(files.Entropy);
        _fullEntropy = outputs.Vector<TReal>(files.FullEntropy);
        _counts = outputs.Vector<int>(files.Counts);
        _logProbabilities = outputs.Matrix<T>(files.LogProbabilities, Columns);
        _gradient = outputs.Matrix<T>(files.Gradient, Columns);
    }

    protected override void Check(StatusCounts statuses)
    {
        // Nothing of a row is an argument.
    }

    protected override CrossEntropyResult OnHost(Span2D<T> first)
    {
        TokenSetOutputs<T, TReal> outputs = new()
        {
            Mask = _mask.Matrix,
            Samples = _samples.Host,
            SampleLogProbability = _sampleLogProbability.Host,
            Entropies = _entropy.Host,
            FullEntropies = _fullEntropy.Host,
            Counts = _counts.Host,
            LogProbabilities = _logProbabilities.Matrix,
            Gradient = _gradient.Matrix,
            Status = Status.Host,
        };
        return TKernels.Compute(first, outputs, options, default(TokenSetInputs<TReal>));
    }

    protected override double OnDevice(DeviceArrays arrays, DeviceSpan2D<T> first, DeviceTotals<TReal> totals)
    {
        DeviceTokenSetOutputs<T, TReal> outputs = new()
        {
            Value = totals.Value,
            NormaliserUsed = totals.NormaliserUsed,
            Mask = _mask.DeviceMatrix,
            Samples = _samples.Device,
            SampleLogProbability = _sampleLogProbability.Device,
            Entropies = _entropy.Device,
            FullEntropies = _fullEntropy.Device,
            Counts = _counts.Device,
            LogProbabilities = _logProbabilities.DeviceMatrix,
            Gradient = _gradient.DeviceMatrix,
            Status = Status.Device,
        };
        DeviceTokenSetInputs<TReal> inputs = default;
        inputs.Workspace = arrays.Allocate<byte>(TKernels.WorkspaceBytes(arrays.Stream, first, outputs, options, inputs));
        using DeviceTimer timer = new(arrays.Stream);
        TKernels.Compute(arrays.Stream, first, outputs, options, inputs);
        return timer.Stop();
    }
}
