using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;
using Gibbs.Cli.Rows;

namespace Gibbs.Cli.Divergences;

/// <summary>One run of <c>gibbs divergence</c>.</summary>
internal sealed class DivergenceRun<T, TReal, TKernels>(RowCommandLine line, ElementType type, NpyArray student, DivergenceFiles files, DivergenceOptions options)
    : RowRun<T, TReal, TKernels>(line, type, student.ToReal<T>("student logits", integersToo: false), student.Shape[0], student.Shape[1])
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    private readonly T[] _teacher = InputFiles.Real<T>(files.Teacher, "the teacher's rows", integersToo: false, student.Shape[0], student.Shape[1])!;
    private readonly RowArray<TReal> _weights = RowArray<TReal>.Read(files.RowWeights, "row weights", student.Shape[0]);
    private OutputArray<TReal> _divergence = null!;
    private OutputArray<T> _studentGradient = null!;
    private OutputArray<T> _teacherGradient = null!;

    protected override void Declare(OutputArrays outputs)
    {
        _divergence = outputs.Vector<TReal>(files.Divergence);
        _studentGradient = outputs.Matrix<T>(files.StudentGradient, Columns);
        _teacherGradient = outputs.Matrix<T>(files.TeacherGradient, Columns);
    }

    protected override void Check(StatusCounts statuses)
    {
        if (statuses.First(RowStatus.InvalidProbability) is { } row)
            throw new Failure($"{files.Teacher}: row {row}: probabilities must be in [0, 1]");
    }

    protected override CrossEntropyResult OnHost(Span2D<T> first)
    {
        DivergenceInputs<TReal> inputs = new() { RowWeights = _weights.First(first.Height) };
        DivergenceOutputs<T, TReal> outputs = new() { Divergences = _divergence.Host, StudentGradient = _studentGradient.Matrix, TeacherGradient = _teacherGradient.Matrix, Status = Status.Host };
        return TKernels.Compute(first, new Span2D<T>(_teacher, 0, first.Height, Columns, 0), outputs, options, inputs);
    }

    protected override double OnDevice(DeviceArrays arrays, DeviceSpan2D<T> first, DeviceTotals<TReal> totals)
    {
        DeviceSpan2D<T> teacher = arrays.Upload(_teacher).Slice(0, first.Rows * Columns).AsRows(first.Rows, Columns);
        DeviceDivergenceInputs<TReal> inputs = new() { RowWeights = _weights.Upload(arrays, first.Rows) };
        DeviceDivergenceOutputs<T, TReal> outputs = new()
        {
            Value = totals.Value,
            NormaliserUsed = totals.NormaliserUsed,
            Divergences = _divergence.Device,
            StudentGradient = _studentGradient.DeviceMatrix,
            TeacherGradient = _teacherGradient.DeviceMatrix,
            Status = Status.Device,
        };
        inputs.Workspace = arrays.Allocate<byte>(TKernels.WorkspaceBytes(arrays.Stream, first, teacher, outputs, options, inputs));
        using DeviceTimer timer = new(arrays.Stream);
        TKernels.Compute(arrays.Stream, first, teacher, outputs, options, inputs);
        return timer.Stop();
    }
}
