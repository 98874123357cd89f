using System;
using System.Diagnostics;
using System.IO;

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
        CrossEntropyReport report = new(arguments, device, type, _rows, _columns, result, milliseconds, outputs.Status);
        report.FailOnWrongTemperature();
        files.Commit();
        report.Write();
    }

    private HostInputs<T, TReal> Load()
    {
        (int[]? targets32, long[]? targets64) = LoadTargets();
        return new()
        {
            Rows = _rows,
            Columns = _columns,
            Logits = logits.ToReal<T>("logits", integersToo: false),
            Targets32 = targets32,
            Targets64 = targets64,
            SoftTargets = LoadReal<T>(arguments.SoftTargets, "soft targets", integersToo: false, _rows, _columns),
            ClassWeights = LoadReal<TReal>(arguments.ClassWeights, "class weights", integersToo: true, _columns),
            RowWeights = LoadReal<TReal>(arguments.RowWeights, "row weights", integersToo: true, _rows),
            RowTemperatures = LoadReal<TReal>(arguments.RowTemperatures, "row temperatures", integersToo: true, _rows),
        };
    }

    private static TElement[]? LoadReal<TElement>(string? path, string what, bool integersToo, params ReadOnlySpan<int> shape)
        where TElement : unmanaged
    {
        if (path is null)
            return null;
        NpyArray array = NpyReader.Read(path);
        array.ExpectShape(what, shape);
        return array.ToReal<TElement>(what, integersToo);
    }

    private (int[]? Int32, long[]? Int64) LoadTargets()
    {
        if (arguments.Targets is not { } path)
            return default;
        NpyArray array = NpyReader.Read(path);
        array.ExpectShape("targets", _rows);
        switch (array.Data)
        {
            case int[] targets:
                foreach (int target in targets)
                {
                    if ((uint)target >= (uint)_columns)
                        CheckTargets(path, targets.Length, row => targets[row]);
                }

                return (targets, null);
            case long[] targets:
                CheckTargets(path, targets.Length, row => targets[row]);
                return (null, targets);
            case byte[] bytes:
                int[] widened = Array.ConvertAll(bytes, static value => (int)value);
                CheckTargets(path, widened.Length, row => widened[row]);
                return (widened, null);
            default:
                throw new Failure($"{path}: targets need int32, int64 or uint8 values, the file has {array.Type.Name()}");
        }
    }

    private void CheckTargets(string path, int count, Func<int, long> target)
    {
        int wrong = 0;
        int first = -1;
        for (int row = 0; row < count; row++)
        {
            long value = target(row);
            if ((value >= 0 && value < _columns) || value == arguments.Options.IgnoreIndex)
                continue;
            first = first < 0 ? row : first;
            wrong++;
        }

        if (wrong > 0)
        {
            throw new Failure(
                $"{path}: row {first}: target {target(first)} is outside [0, {_columns}) and is not the ignore index {arguments.Options.IgnoreIndex}"
                + (wrong > 1 ? $" ({wrong} such rows)" : string.Empty));
        }
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
