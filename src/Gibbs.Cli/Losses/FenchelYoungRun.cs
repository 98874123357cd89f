using System.IO;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;

namespace Gibbs.Cli.Losses;

/// <summary>One run of <c>gibbs fenchel-young</c>: loads the other files, checks them against the logits, computes, writes all outputs or none, reports.</summary>
/// <typeparam name="T">The logits' type, after conversion.</typeparam>
/// <typeparam name="TReal">The arithmetic type.</typeparam>
/// <typeparam name="TKernels">The library's overloads for them.</typeparam>
internal sealed class FenchelYoungRun<T, TReal, TKernels>(FenchelYoungArguments arguments, ExecutionDevice device, ElementType type, NpyArray logits)
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    private readonly int _rows = logits.Shape[0];
    private readonly int _columns = logits.Shape[1];

    public void Execute()
    {
        FenchelYoungArrays<T, TReal> arrays = Load();
        FenchelYoungResults<T, TReal> results = new(arguments.Wanted, _rows, _columns);
        using OutputFiles files = new();
        foreach ((LossOutputs output, string path) in arguments.Files)
            files.Add(path, stream => Write(output, results, stream));

        (CrossEntropyResult result, double milliseconds) = Compute(arrays, results);
        StatusCounts statuses = new(results.Status);
        // A row's α is an argument, as --alpha is: a wrong one fails.
        if (statuses.First(RowStatus.InvalidParameter) is { } row)
            throw new Failure($"{arguments.RowAlphas ?? arguments.Logits}: row {row}: alpha must be in (1, 8]");
        files.Commit();
        new LossReport
        {
            Operation = "fenchel-young",
            Device = device,
            Type = type,
            Rows = _rows,
            Columns = _columns,
            HasTargets = true,
            Reduction = arguments.Options.Reduction,
            Result = result,
            Statuses = statuses,
            Milliseconds = milliseconds,
        }.Write(arguments.Json);
    }

    private FenchelYoungArrays<T, TReal> Load()
    {
        (int[]? targets32, long[]? targets64) = InputFiles.Targets(arguments.Targets, _rows, _columns, arguments.Options.IgnoreIndex);
        return new(_rows, _columns, logits.ToReal<T>("logits", integersToo: false))
        {
            Targets32 = targets32,
            Targets64 = targets64,
            ClassWeights = InputFiles.Real<TReal>(arguments.ClassWeights, "class weights", integersToo: true, _columns),
            RowWeights = InputFiles.Real<TReal>(arguments.RowWeights, "row weights", integersToo: true, _rows),
            Alphas = InputFiles.Real<TReal>(arguments.RowAlphas, "row alphas", integersToo: true, _rows),
        };
    }

    // A first run over one row compiles the code or loads the kernels, so that the time is the operation's alone.
    private (CrossEntropyResult Result, double Milliseconds) Compute(FenchelYoungArrays<T, TReal> arrays, FenchelYoungResults<T, TReal> results)
    {
        if (_rows == 0)
            return (new(arguments.Options.Reduction != Reduction.None ? 0 : double.NaN, arguments.Options.Normaliser ?? 0, 0), 0);
        FenchelYoungResults<T, TReal> scratch = new(arguments.Wanted, 1, _columns);
        if (device.Stream is { } stream)
        {
            using FenchelYoungDeviceCall<T, TReal, TKernels> call = new(stream, arrays);
            call.Compute(scratch, arguments.Options);
            return call.Compute(results, arguments.Options);
        }

        arrays.Compute<TKernels>(scratch, arguments.Options);
        return arrays.Compute<TKernels>(results, arguments.Options);
    }

    private void Write(LossOutputs output, FenchelYoungResults<T, TReal> results, Stream stream)
    {
        switch (output)
        {
            case LossOutputs.Losses:
                NpyWriter.Write<TReal>(stream, results.Losses, _rows);
                break;
            case LossOutputs.Gradient:
                NpyWriter.Write<T>(stream, results.Gradient, _rows, _columns);
                break;
            case LossOutputs.Probabilities:
                NpyWriter.Write<T>(stream, results.Probabilities, _rows, _columns);
                break;
            case LossOutputs.SupportSize:
                NpyWriter.Write<long>(stream, results.SupportSize, _rows);
                break;
            default:
                NpyWriter.Write<RowStatus>(stream, results.Status, _rows);
                break;
        }
    }
}
