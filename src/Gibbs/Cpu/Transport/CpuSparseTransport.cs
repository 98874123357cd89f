using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Sparsity-constrained transport on spans: checks, pins, picks the vector width.</summary>
internal static unsafe class CpuSparseTransport
{
    public static SparseTransportResult Solve<T, TReal>(ReadOnlySpan2D<T> cost, in SparseTransportOutputs<TReal> outputs, in SparseTransportOptions options, in SparseTransportInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        SparseTransportCall<TReal> call = Check(cost.Height, cost.Width, outputs, options, inputs);
        call.Tolerance = options.Tolerance != 0 ? options.Tolerance : typeof(T) == typeof(double) ? 1e-9 : 1e-5;
        nint stride = RowSplit.StrideBytes(cost);
        fixed (T* costs = cost)
        {
            return CpuSettings.VectorBits switch
            {
                512 => Matrix<T, TReal, SimdVector512<double>>(costs, stride, call, outputs, inputs),
                256 => Matrix<T, TReal, SimdVector256<double>>(costs, stride, call, outputs, inputs),
                _ => Matrix<T, TReal, SimdVector128<double>>(costs, stride, call, outputs, inputs),
            };
        }
    }

    public static SparseTransportResult SolvePoints<TReal>(
        ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, in SparseTransportOutputs<TReal> outputs, in SparseTransportOptions options, in SparseTransportInputs<TReal> inputs)
        where TReal : unmanaged
    {
        SinkhornValidation.CheckPoints(options.Metric, x.Height, x.Width, y.Height, y.Width);
        SparseTransportCall<TReal> call = Check(x.Height, y.Height, outputs, options, inputs);
        call.Tolerance = options.Tolerance != 0 ? options.Tolerance : typeof(TReal) == typeof(double) ? 1e-9 : 1e-5;
        int dimensions = x.Width;
        nint point = dimensions * sizeof(double);
        double* memory = (double*)NativeMemory.Alloc((nuint)(((long)x.Height + y.Height) * point));
        try
        {
            double* target = memory + ((long)x.Height * dimensions);
            Widen(x, memory);
            Widen(y, target);
            using PointClouds<double> clouds = PointClouds<double>.Copy(options.Metric, memory, point, x.Height, target, point, y.Height, dimensions);
            return CpuSettings.VectorBits switch
            {
                512 => Run<TReal, SimdVector512<double>, PointCosts<double, SimdVector512<double>>>(new(options.Metric, clouds.X, point, clouds.Y, clouds.YStride, dimensions), call, outputs, inputs),
                256 => Run<TReal, SimdVector256<double>, PointCosts<double, SimdVector256<double>>>(new(options.Metric, clouds.X, point, clouds.Y, clouds.YStride, dimensions), call, outputs, inputs),
                _ => Run<TReal, SimdVector128<double>, PointCosts<double, SimdVector128<double>>>(new(options.Metric, clouds.X, point, clouds.Y, clouds.YStride, dimensions), call, outputs, inputs),
            };
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    private static SparseTransportCall<TReal> Check<TReal>(long rows, long columns, in SparseTransportOutputs<TReal> outputs, in SparseTransportOptions options, in SparseTransportInputs<TReal> inputs)
        where TReal : unmanaged
    {
        SparseTransportValidation.CheckOptions(options);
        SparseTransportValidation.CheckShapes(
            rows, columns, inputs.SourceWeights.Length, inputs.TargetWeights.Length, inputs.InitialSourcePotential.Length,
            outputs.SourcePotential.Length, outputs.TargetPotential.Length, outputs.Plan.Height, outputs.Plan.Width);
        SparseTransportValidation.CheckSparse(options, columns, outputs.Rows.Height, outputs.Rows.Width, outputs.Values.Height, outputs.Values.Width);
        SparseTransportCall<TReal> call = new() { Options = options, Progress = inputs.Progress, Rows = (int)rows, Columns = (int)columns };
        call.SourceMass = inputs.SourceWeights.IsEmpty ? 1 : SinkhornValidation.Mass(inputs.SourceWeights, "inputs.SourceWeights");
        call.TargetMass = inputs.TargetWeights.IsEmpty ? 1 : SinkhornValidation.Mass(inputs.TargetWeights, "inputs.TargetWeights");
        SinkhornValidation.CheckMasses(default, call.SourceMass, call.TargetMass);
        return call;
    }

    private static SparseTransportResult Matrix<T, TReal, TVector>(T* costs, nint stride, in SparseTransportCall<TReal> call, in SparseTransportOutputs<TReal> outputs, in SparseTransportInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, double> =>
        typeof(T) == typeof(double)
            ? Run<TReal, TVector, DenseCosts<double, double, TVector>>(new((double*)costs, stride), call, outputs, inputs)
            : Run<TReal, TVector, WideCosts<T>>(new(costs, stride), call, outputs, inputs);

    private static SparseTransportResult Run<TReal, TVector, TCosts>(TCosts costs, SparseTransportCall<TReal> call, in SparseTransportOutputs<TReal> outputs, in SparseTransportInputs<TReal> inputs)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, double>
        where TCosts : unmanaged, ICostTiles<double>
    {
        fixed (TReal* a = inputs.SourceWeights, b = inputs.TargetWeights, initial = inputs.InitialSourcePotential, f = outputs.SourcePotential, g = outputs.TargetPotential)
        fixed (TReal* values = outputs.Values, plan = outputs.Plan)
        fixed (int* ids = outputs.Rows)
        {
            call.SourceWeights = a;
            call.TargetWeights = b;
            call.InitialSourcePotential = initial;
            call.SourcePotential = f;
            call.TargetPotential = g;
            call.Ids = ids;
            call.IdsStride = RowSplit.StrideBytes((ReadOnlySpan2D<int>)outputs.Rows);
            call.Values = values;
            call.ValuesStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Values);
            call.Plan = plan;
            call.PlanStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Plan);
            return SparseTransportSolve<TReal, TVector, TCosts>.Run(costs, call);
        }
    }

    private static void Widen<TReal>(ReadOnlySpan2D<TReal> points, double* destination)
        where TReal : unmanaged
    {
        for (int i = 0; i < points.Height; i++)
        {
            foreach (TReal coordinate in points.GetRowSpan(i))
                *destination++ = Real.ToDouble(coordinate);
        }
    }
}
