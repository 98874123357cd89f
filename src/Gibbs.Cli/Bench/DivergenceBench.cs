namespace Gibbs.Cli.Bench;

/// <summary>A divergence between the rows of two matrices of logits, with the student's gradient where it writes.</summary>
internal sealed record DivergenceBench(string Name, string Summary) : BenchOperation(Name, Summary)
{
    public static DivergenceBench[] All { get; } =
    [
        new("kl", "KL(teacher | student) of logits and the student's gradient; against two reads and a write") { Reads = 2 },
        new("kl-forward", "KL(teacher | student) of logits; against two reads") { Reads = 2, Writes = false },
        new("jensen-shannon", "Jensen-Shannon divergence of logits and the student's gradient; against two reads and a write") { Reads = 2, Kind = DivergenceKind.JensenShannon },
    ];

    public DivergenceKind Kind { get; init; }

    public override HostWork<T> OnHost<T, TReal, TKernels>(BenchSettings settings)
    {
        TReal[] divergences = new TReal[settings.Rows];
        DivergenceOptions options = new() { Kind = Kind };
        return new(
            (student, teacher, output) =>
            {
                DivergenceOutputs<T, TReal> outputs = new() { Divergences = divergences, StudentGradient = output };
                TKernels.Compute(student, teacher, outputs, options, default(DivergenceInputs<TReal>));
            },
            static (student, teacher, _) =>
            {
                // The student's values a column further: another row, of the same kind.
                for (int row = 0; row < student.Height; row++)
                {
                    student.GetRowSpan(row)[1..].CopyTo(teacher.GetRowSpan(row));
                    teacher.GetRowSpan(row)[^1] = student[row, 0];
                }
            });
    }

    public override DeviceWork<T> OnDevice<T, TReal, TKernels>(BenchSettings settings, DeviceArrays arrays, DeviceSpan2D<T> input)
    {
        CudaStream stream = arrays.Stream;
        DivergenceOptions options = new() { Kind = Kind };
        DeviceSpan<TReal> value = arrays.Allocate<TReal>(1);
        DeviceDivergenceOutputs<T, TReal> Outputs(DeviceSpan2D<T> output) => new() { Value = value, StudentGradient = output };
        DeviceSpan<byte> workspace = arrays.Allocate<byte>(TKernels.WorkspaceBytes(stream, input, input, Outputs(default), options, default(DeviceDivergenceInputs<TReal>)));
        return new((student, teacher, output) =>
        {
            DeviceDivergenceInputs<TReal> inputs = new() { Workspace = workspace };
            TKernels.Compute(stream, student, teacher, Outputs(output), options, inputs);
        });
    }
}
