using System.Diagnostics;

using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Losses;

namespace Gibbs.Cli.Rows;

/// <summary>
/// One run of a command over the rows of a matrix: computes where it is told to, writes all outputs or none, reports. An operation says which arrays it gives and how it is called.
/// </summary>
/// <typeparam name="T">The rows' type, after conversion.</typeparam>
/// <typeparam name="TReal">The arithmetic type.</typeparam>
/// <typeparam name="TKernels">The library's overloads for them.</typeparam>
internal abstract class RowRun<T, TReal, TKernels>(RowCommandLine line, ElementType type, T[] values, int rows, int columns)
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    private OutputArray<RowStatus>? _status;

    protected int Columns => columns;

    /// <summary>The statuses of the arrays declared last.</summary>
    protected OutputArray<RowStatus> Status => _status!;

    public void Execute()
    {
        CrossEntropyResult result = new(line.Reduction != Reduction.None ? 0 : double.NaN, line.Normaliser ?? 0, 0);
        double milliseconds = 0;

        // A first run over one row compiles the code or loads the kernels, so that the time is the operation's alone.
        if (rows > 0)
            Compute(All(1));
        OutputArrays outputs = All(rows);
        using OutputFiles files = new();
        outputs.AddTo(files);
        if (rows > 0)
            (result, milliseconds) = Compute(outputs);
        StatusCounts statuses = new(Status.Host);
        Check(statuses);
        files.Commit();
        new LossReport
        {
            Operation = line.Operation,
            Value = line.Value,
            Device = line.Device,
            Type = type,
            Rows = rows,
            Columns = columns,
            HasTargets = true,
            Reduction = line.Reduction,
            Result = result,
            Statuses = statuses,
            Milliseconds = milliseconds,
        }.Write(line.Json);
    }

    /// <summary>Takes the arrays that the operation gives from those of the command.</summary>
    protected abstract void Declare(OutputArrays outputs);

    /// <summary>Fails where a row's status says that an argument was wrong.</summary>
    protected abstract void Check(StatusCounts statuses);

    /// <summary>The operation on the CPU, to the arrays declared.</summary>
    /// <param name="first">The first rows, as many as the arrays have.</param>
    protected abstract CrossEntropyResult OnHost(Span2D<T> first);

    /// <summary>The same on a device; the time is that of the operation alone.</summary>
    protected abstract double OnDevice(DeviceArrays arrays, DeviceSpan2D<T> first, DeviceTotals<TReal> totals);

    private OutputArrays All(int count)
    {
        OutputArrays outputs = new(count);
        _status = outputs.Vector<RowStatus>(line.StatusFile, always: true);
        Declare(outputs);
        return outputs;
    }

    private (CrossEntropyResult Result, double Milliseconds) Compute(OutputArrays outputs)
    {
        if (line.Device.Stream is not { } stream)
        {
            long begin = Stopwatch.GetTimestamp();
            CrossEntropyResult result = OnHost(new(values, 0, outputs.Rows, columns, 0));
            return (result, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        using DeviceArrays arrays = new(stream);
        outputs.Allocate(arrays);
        DeviceTotals<TReal> totals = new()
        {
            Value = arrays.Allocate<TReal>(line.Reduction != Reduction.None ? 1 : 0),
            NormaliserUsed = arrays.Allocate<TReal>(1),
        };
        double milliseconds = OnDevice(arrays, arrays.Upload(values).AsRows(rows, columns).Slice(0, outputs.Rows), totals);
        outputs.Download(stream);
        return (new(arrays.ReadReal(totals.Value, double.NaN), arrays.ReadReal(totals.NormaliserUsed, 0), outputs.Rows), milliseconds);
    }
}

/// <summary>Where a call on a device leaves its numbers.</summary>
internal readonly struct DeviceTotals<TReal>
    where TReal : unmanaged
{
    public DeviceSpan<TReal> Value { get; init; }

    public DeviceSpan<TReal> NormaliserUsed { get; init; }
}
