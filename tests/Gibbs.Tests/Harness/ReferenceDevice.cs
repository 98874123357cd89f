using System;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Harness;

/// <summary>
/// The fp64 answer, rounded once: what a perfect implementation would write. It tests the harness, which must accept it and must reject every mutation of it.
/// </summary>
internal sealed unsafe class ReferenceDevice : TestDevice
{
    /// <summary>Changes the raw memory after the call, as a defect would.</summary>
    public Action<RawCall>? Mutation { get; init; }

    public override string Name => "reference";

    public override bool ScalarsInMemory => true;

    public override Placement Place(byte[] bytes) => new HostPlacement(bytes);

    public override CrossEntropyResult Run(RawCall call)
    {
        ElementType real = call.Type.Real();
        int rows = (int)call.Rows, columns = (int)call.Columns;
        ReferenceProblem problem = new()
        {
            Rows = rows,
            Columns = columns,
            Logits = ReadRows(call.Logits, call.Type, rows, columns, call.LogitsStride)!,
            Targets = ReadTargets(call),
            SoftTargets = ReadRows(call.SoftTargets, call.Type, rows, columns, call.SoftStride),
            ClassWeights = ReadRows(call.ClassWeights, real, 1, columns, columns),
            RowWeights = ReadRows(call.RowWeights, real, 1, rows, rows),
            RowTemperatures = ReadRows(call.RowTemperatures, real, 1, rows, rows),
            DeviceNormaliser = call.Normaliser == 0 ? null : real.Read(new ReadOnlySpan<byte>((void*)call.Normaliser, 8)),
            Options = call.Options,
            LargestReal = real.Largest(),
        };
        ReferenceBatch batch = ReferenceBatch.Compute(problem);
        for (int i = 0; i < rows; i++)
            WriteRow(call, real, batch, i);
        Write(call.Loss, real, 0, batch.Loss);
        Write(call.NormaliserUsed, real, 0, batch.Normaliser);
        WriteInteger(call.ValidRows, 0, batch.ValidRows);
        Mutation?.Invoke(call);
        return new(batch.Loss, batch.Normaliser, batch.ValidRows);
    }

    private static void WriteRow(RawCall call, ElementType real, ReferenceBatch batch, int i)
    {
        ReferenceRow row = batch.Rows[i];
        double upstream = call.FromStatistics ? real.Read(new ReadOnlySpan<byte>((byte*)call.Upstream + (call.UpstreamLength == 1 ? 0 : i * real.Size()), real.Size())) : 1;
        for (int j = 0; j < call.Columns && call.Gradient != 0; j++)
            Write(call.Gradient, call.Type, (i * call.GradientStride) + j, batch.Gradient(i, j, upstream));
        if (call.FromStatistics)
            return;
        Write(call.Losses, real, i, row.Loss);
        Write(call.LogSumExp, real, i, row.LogSumExp);
        Write(call.Entropy, real, i, row.Entropy);
        Write(call.LogProbability, real, i, row.LogProbability);
        WriteInteger(call.Argmax, i, row.Argmax);
        WriteInteger(call.Rank, i, row.Rank);
        if (call.Status != 0)
            ((byte*)call.Status)[i] = (byte)row.Status;
        if (call.Statistics == 0)
            return;
        int bytes = (4 * real.Size()) + (2 * sizeof(long));
        nint at = call.Statistics + (i * bytes);
        Write(at, real, 0, row.Maximum);
        Write(at, real, 1, row.LogSum);
        Write(at, real, 2, row.MeanOffset);
        Write(at, real, 3, row.TargetMass);
        WriteInteger(at + (4 * real.Size()), 0, row.Argmax);
        WriteInteger(at + (4 * real.Size()), 1, row.Unmasked);
    }

    private static long[]? ReadTargets(RawCall call)
    {
        if (call.Targets == 0)
            return null;
        long[] targets = new long[call.Rows];
        for (int i = 0; i < targets.Length; i++)
            targets[i] = call.TargetKind == TargetKind.Int32 ? ((int*)call.Targets)[i] : ((long*)call.Targets)[i];
        return targets;
    }

    private static double[]? ReadRows(nint address, ElementType type, int rows, int columns, long stride)
    {
        if (address == 0)
            return null;
        double[] values = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                values[(i * columns) + j] = type.Read(new ReadOnlySpan<byte>((byte*)address + (((i * stride) + j) * type.Size()), type.Size()));
        }
        return values;
    }

    private static void Write(nint address, ElementType type, long index, double value)
    {
        if (address != 0)
            type.Write(new Span<byte>((byte*)address + (index * type.Size()), type.Size()), value);
    }

    private static void WriteInteger(nint address, long index, long value)
    {
        if (address != 0)
            ((long*)address)[index] = value;
    }
}
