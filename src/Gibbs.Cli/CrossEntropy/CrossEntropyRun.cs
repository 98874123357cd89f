using System;
using System.Diagnostics;
using System.IO;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Losses;
using Gibbs.Cli.Npy;

namespace Gibbs.Cli.CrossEntropy;

/// <summary>One run of <c>gibbs cross-entropy</c>: loads the other files, checks them against the logits, computes, writes all outputs or none, reports.</summary>
/// <typeparam name="T">The logits' type, after conversion.</typeparam>
/// <typeparam name="TReal">The arithmetic type.</typeparam>
/// <typeparam name="TKernels">The library's overloads for them.</typeparam>
internal sealed class CrossEntropyRun<T, TReal, TKernels>(CrossEntropyArguments arguments, ExecutionDevice device, ElementType type, NpyArray logits)
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    private readonly int _rows = logits.Shape[0];
    private readonly int _columns = logits.Shape[1];

    public void Execute()
    {
        HostInputs<T, TReal> inputs = Load();
        // Statuses are always computed: the report counts them.
        HostOutputs<T, TReal> outputs = new(arguments.Wanted | ArrayOutputs.Status, _rows, _columns);
        using OutputFiles files = new();
        foreach ((ArrayOutputs output, string path) in arguments.Files)
            files.Add(path, Writer(output, outputs));

        (CrossEntropyResult result, double milliseconds) = Compute(inputs, outputs);
        StatusCounts statuses = new(outputs.Status);
        // A row temperature is an argument, as --temperature is: a wrong one fails.
        if (statuses.First(RowStatus.InvalidTemperature) is { } row)
            throw new Failure($"{arguments.RowTemperatures}: row {row}: the temperature must be finite and positive");
        files.Commit();
        new LossReport
        {
            Operation = "cross-entropy",
            Device = device,
            Type = type,
            Rows = _rows,
            Columns = _columns,
            HasTargets = arguments.HasTargets,
            Reduction = arguments.Options.Reduction,
            Result = result,
            Statuses = statuses,
            Milliseconds = milliseconds,
        }.Write(arguments.Json);
    }

    private HostInputs<T, TReal> Load()
    {
        (int[]? targets32, long[]? targets64) = InputFiles.Targets(arguments.Targets, _rows, _columns, arguments.Options.IgnoreIndex);
        return new()
        {
            Rows = _rows,
            Columns = _columns,
            Logits = logits.ToReal<T>("logits", integersToo: false),
            Targets32 = targets32,
            Targets64 = targets64,
            SoftTargets = InputFiles.Real<T>(arguments.SoftTargets, "soft targets", integersToo: false, _rows, _columns),
            ClassWeights = InputFiles.Real<TReal>(arguments.ClassWeights, "class weights", integersToo: true, _columns),
            RowWeights = InputFiles.Real<TReal>(arguments.RowWeights, "row weights", integersToo: true, _rows),
            RowTemperatures = InputFiles.Real<TReal>(arguments.RowTemperatures, "row temperatures", integersToo: true, _rows),
        };
    }

    // A first run over one row compiles the code or loads the kernels, so that the time is the operation's alone.
    private (CrossEntropyResult Result, double Milliseconds) Compute(HostInputs<T, TReal> inputs, HostOutputs<T, TReal> outputs)
    {
        if (_rows == 0)
            return (new(arguments.HasTargets && arguments.Options.Reduction != Reduction.None ? 0 : double.NaN, arguments.Options.Normaliser ?? 0, 0), 0);
        HostOutputs<T, TReal> scratch = new(arguments.Wanted | ArrayOutputs.Status, 1, _columns);
        if (device.Stream is { } stream)
        {
            using DeviceCall<T, TReal, TKernels> call = new(stream, inputs);
            call.Compute(1, scratch, arguments.Options);
            return call.Compute(_rows, outputs, arguments.Options);
        }

        inputs.Compute<TKernels>(1, scratch, arguments.Options);
        long begin = Stopwatch.GetTimestamp();
        CrossEntropyResult result = inputs.Compute<TKernels>(_rows, outputs, arguments.Options);
        return (result, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
    }

    private Action<Stream> Writer(ArrayOutputs output, HostOutputs<T, TReal> outputs) => output switch
    {
        ArrayOutputs.Losses => stream => NpyWriter.Write<TReal>(stream, outputs.Losses, _rows),
        ArrayOutputs.Gradient => stream => NpyWriter.Write<T>(stream, outputs.Gradient, _rows, _columns),
        ArrayOutputs.LogSumExp => stream => NpyWriter.Write<TReal>(stream, outputs.LogSumExp, _rows),
        ArrayOutputs.Entropy => stream => NpyWriter.Write<TReal>(stream, outputs.Entropy, _rows),
        ArrayOutputs.LogProbability => stream => NpyWriter.Write<TReal>(stream, outputs.LogProbability, _rows),
        ArrayOutputs.Argmax => stream => NpyWriter.Write<long>(stream, outputs.Argmax, _rows),
        ArrayOutputs.Rank => stream => NpyWriter.Write<long>(stream, outputs.Rank, _rows),
        _ => stream => NpyWriter.Write<RowStatus>(stream, outputs.Status, _rows),
    };
}
