using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;
using Gibbs.Cli.Rows;

namespace Gibbs.Cli.Entropies;

/// <summary>One run of <c>gibbs entropy</c>.</summary>
internal sealed class EntropyRun<T, TReal, TKernels>(RowCommandLine line, ElementType type, NpyArray matrix, EntropyFiles files, RowEntropyOptions options)
    : RowRun<T, TReal, TKernels>(line, type, matrix.ToReal<T>("logits", integersToo: false), matrix.Shape[0], matrix.Shape[1])
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    private readonly RowArray<TReal> _weights = RowArray<TReal>.Read(files.RowWeights, "row weights", matrix.Shape[0]);
    private readonly RowArray<TReal> _temperatures = RowArray<TReal>.Read(files.RowTemperatures, "row temperatures", matrix.Shape[0]);
    private readonly RowTargets _actions = RowTargets.Read(files.Actions, matrix.Shape[0], matrix.Shape[1]);
    private readonly RowArray<TReal> _actionWeights = RowArray<TReal>.Read(files.ActionWeights, "action weights", matrix.Shape[0]);
    private OutputArray<TReal> _entropy = null!;
    private OutputArray<TReal> _logSumExp = null!;
    private OutputArray<TReal> _logProbability = null!;
    private OutputArray<T> _gradient = null!;

    protected override void Declare(OutputArrays outputs)
    {
        _entropy = outputs.Vector<TReal>(files.Entropy);
        _logSumExp = outputs.Vector<TReal>(files.LogSumExp);
        _logProbability = outputs.Vector<TReal>(files.LogProbability);
        _gradient = outputs.Matrix<T>(files.Gradient, Columns);
    }

    protected override void Check(StatusCounts statuses)
    {
        if (statuses.First(RowStatus.InvalidTemperature) is { } row)
            throw new Failure($"{files.RowTemperatures}: row {row}: a temperature must be positive and finite");
    }

    protected override CrossEntropyResult OnHost(Span2D<T> first)
    {
        RowEntropyInputs<TReal> inputs = new()
        {
            RowWeights = _weights.First(first.Height),
            Temperatures = _temperatures.First(first.Height),
            Actions = _actions.First(first.Height),
            ActionWeights = _actionWeights.First(first.Height),
        };
        RowEntropyOutputs<T, TReal> outputs = new()
        {
            Entropies = _entropy.Host,
            LogSumExp = _logSumExp.Host,
            LogProbability = _logProbability.Host,
            Gradient = _gradient.Matrix,
            Status = Status.Host,
        };
        return TKernels.Compute(first, outputs, options, inputs);
    }

    protected override double OnDevice(DeviceArrays arrays, DeviceSpan2D<T> first, DeviceTotals<TReal> totals)
    {
        DeviceRowEntropyInputs<TReal> inputs = new()
        {
            RowWeights = _weights.Upload(arrays, first.Rows),
            Temperatures = _temperatures.Upload(arrays, first.Rows),
            Actions = _actions.Upload(arrays, first.Rows),
            ActionWeights = _actionWeights.Upload(arrays, first.Rows),
        };
        DeviceRowEntropyOutputs<T, TReal> outputs = new()
        {
            Value = totals.Value,
            NormaliserUsed = totals.NormaliserUsed,
            Entropies = _entropy.Device,
            LogSumExp = _logSumExp.Device,
            LogProbability = _logProbability.Device,
            Gradient = _gradient.DeviceMatrix,
            Status = Status.Device,
        };
        inputs.Workspace = arrays.Allocate<byte>(TKernels.WorkspaceBytes(arrays.Stream, first, outputs, options, inputs));
        using DeviceTimer timer = new(arrays.Stream);
        TKernels.Compute(arrays.Stream, first, outputs, options, inputs);
        return timer.Stop();
    }
}
