using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>Sample entropies on spans: checks, pins, packs the points, and hands them to the kind's own steps. No managed memory is allocated.</summary>
internal static unsafe class CpuSampleEntropy
{
    public static double Compute<T, TReal>(ReadOnlySpan2D<T> points, in SampleEntropyOutputs<T, TReal> outputs, in SampleEntropyOptions options, in SampleEntropyInputs<T> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        SampleEntropyValidation.CheckOptions<TReal>(options);
        SampleEntropyValidation.CheckShapes(
            new()
            {
                Points = new(points.Height, points.Width),
                Others = new(inputs.Others.Height, inputs.Others.Width),
                Conditions = new(inputs.Conditions.Height, inputs.Conditions.Width),
                Gradient = new(outputs.Gradient.Height, outputs.Gradient.Width),
                OthersGradient = new(outputs.OthersGradient.Height, outputs.OthersGradient.Width),
                ConditionsGradient = new(outputs.ConditionsGradient.Height, outputs.ConditionsGradient.Width),
                RowValues = outputs.RowValues.Length,
                Nearest = outputs.Nearest.Length,
            },
            options);
        if (points.Height == 0)
        {
            outputs.OthersGradient.Clear();
            return 0;
        }

        fixed (T* x = points, y = inputs.Others, conditions = inputs.Conditions)
        fixed (T* dx = outputs.Gradient, dy = outputs.OthersGradient, dConditions = outputs.ConditionsGradient)
        fixed (TReal* rowValues = outputs.RowValues)
        fixed (long* nearest = outputs.Nearest)
        {
            SampleMatrix points1 = Matrix<T>(x, points), others = Matrix<T>(y, inputs.Others), conditions1 = Matrix<T>(conditions, inputs.Conditions);
            SampleMatrix gradient = Matrix<T>(dx, outputs.Gradient), othersGradient = Matrix<T>(dy, outputs.OthersGradient), conditionsGradient = Matrix<T>(dConditions, outputs.ConditionsGradient);
            CheckApart("outputs.Gradient", gradient, points1, others, conditions1, sizeof(T));
            CheckApart("outputs.OthersGradient", othersGradient, points1, others, conditions1, sizeof(T));
            CheckApart("outputs.ConditionsGradient", conditionsGradient, points1, others, conditions1, sizeof(T));

            PairScratch scratch = default;
            try
            {
                SampleCall<T, TReal> call = new()
                {
                    Options = options,
                    Points = Pack<T, TReal>(ref scratch, points1),
                    Others = Pack<T, TReal>(ref scratch, others),
                    Conditions = Pack<T, TReal>(ref scratch, conditions1),
                    Gradient = gradient,
                    OthersGradient = othersGradient,
                    ConditionsGradient = conditionsGradient,
                    RowValues = rowValues,
                    Nearest = nearest,
                };
                return CpuSettings.VectorBits switch
                {
                    512 => Run<T, TReal, SimdVector512<TReal>>(call, ref scratch),
                    256 => Run<T, TReal, SimdVector256<TReal>>(call, ref scratch),
                    _ => Run<T, TReal, SimdVector128<TReal>>(call, ref scratch),
                };
            }
            finally
            {
                scratch.Dispose();
            }
        }
    }

    private static double Run<T, TReal, TVector>(in SampleCall<T, TReal> call, ref PairScratch scratch)
        where T : unmanaged
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal> => call.Options.Kind switch
        {
            SampleEntropyKind.RenyiQuadratic or SampleEntropyKind.KdeBound => KernelEntropy<T, TReal, TVector>.Run(call, ref scratch),
            SampleEntropyKind.DiffusionEntries => DiffusionEntropy<T, TReal, TVector>.Run(call, ref scratch),
            SampleEntropyKind.NearestNeighbour => NearestEntropy<T, TReal, TVector>.Run(call, ref scratch),
            SampleEntropyKind.CauchySchwarzDivergence => KernelDivergence<T, TReal, TVector>.Run(call, ref scratch),
            SampleEntropyKind.CauchySchwarzInformation => KernelInformation<T, TReal, TVector>.Run(call, ref scratch),
            _ => ConditionalDivergence<T, TReal, TVector>.Run(call, ref scratch),
        };

    private static PackedPoints<TReal> Pack<T, TReal>(ref PairScratch scratch, in SampleMatrix m)
        where T : unmanaged
        where TReal : unmanaged => m.Rows == 0 ? default : PackedPoints<TReal>.Pack<T>(ref scratch, m.Start, m.Stride, m.Rows, m.Columns);

    private static SampleMatrix Matrix<T>(T* start, ReadOnlySpan2D<T> m)
        where T : unmanaged => new((byte*)start, RowSplit.StrideBytes(m), m.Width == 0 ? 0 : m.Height, m.Width);

    private static void CheckApart(string name, in SampleMatrix gradient, in SampleMatrix points, in SampleMatrix others, in SampleMatrix conditions, int size)
    {
        if (gradient.Rows == 0)
            return;
        RowMemory memory = gradient.Memory(size);
        if (memory.Overlaps(points.Memory(size)) || (others.Rows > 0 && memory.Overlaps(others.Memory(size))) || (conditions.Rows > 0 && memory.Overlaps(conditions.Memory(size))))
            ArgumentChecks.Fail(name, $"{name} overlaps points that are read until the end; it must be memory apart.");
    }
}

/// <summary>Strided rows in host memory; the stride is in bytes.</summary>
internal readonly unsafe struct SampleMatrix(byte* start, nint stride, long rows, int columns)
{
    public readonly byte* Start = start;
    public readonly nint Stride = stride;
    public readonly long Rows = rows;
    public readonly int Columns = columns;

    public RowMemory Memory(int elementBytes) => new(Start, Stride, Rows, (nint)Columns * elementBytes);
}

/// <summary>A checked call: packed points, and where results go.</summary>
internal unsafe struct SampleCall<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public SampleEntropyOptions Options;
    public PackedPoints<TReal> Points;
    public PackedPoints<TReal> Others;
    public PackedPoints<TReal> Conditions;
    public SampleMatrix Gradient;
    public SampleMatrix OthersGradient;
    public SampleMatrix ConditionsGradient;
    public TReal* RowValues;
    public long* Nearest;

    /// <summary>1/(2σ²) of the points.</summary>
    public readonly double Scale => HalfInverseSquare(Options.Bandwidth);

    public static double HalfInverseSquare(double bandwidth) => 0.5 / (bandwidth * bandwidth);

    /// <summary>Rows from sums in fp64, rounded once.</summary>
    public static void Store(in SampleMatrix gradient, double* sums)
    {
        for (long i = 0; i < gradient.Rows; i++)
        {
            T* row = (T*)(gradient.Start + ((nint)i * gradient.Stride));
            for (int k = 0; k < gradient.Columns; k++)
                row[k] = Simd.Real.From<T>(sums[(i * gradient.Columns) + k]);
        }
    }

    /// <summary>An array of whole tiles: what lies behind the last point is 0.</summary>
    public static TReal* TakeRow(ref PairScratch scratch, long count) => scratch.Take<TReal>(count + Simd.Lanes.Count<TReal>());
}
