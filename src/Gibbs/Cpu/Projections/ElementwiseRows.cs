using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>Maps of single entries, one read and one write per row: the proximal maps of separable penalties, the ℓ∞ ball; and the gradients of masks.</summary>
internal static unsafe class ElementwiseRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static void Forward(void* context, long begin, long end)
    {
        switch (((ProjectionJob<T, TReal>*)context)->Map.Kind)
        {
            case RowMapKind.LInfBall: Forward<LInfBallElement<TVector, TReal>>(context, begin, end); break;
            case RowMapKind.SoftThreshold: Forward<SoftThresholdElement<TVector, TReal>>(context, begin, end); break;
            case RowMapKind.HardThreshold: Forward<HardThresholdElement<TVector, TReal>>(context, begin, end); break;
            case RowMapKind.ElasticNet: Forward<ElasticNetElement<TVector, TReal>>(context, begin, end); break;
            case RowMapKind.Mcp: Forward<McpElement<TVector, TReal>>(context, begin, end); break;
            case RowMapKind.Scad: Forward<ScadElement<TVector, TReal>>(context, begin, end); break;
            default: Forward<HuberElement<TVector, TReal>>(context, begin, end); break;
        }
    }

    public static void Gradient(void* context, long begin, long end)
    {
        switch (((ProjectionJob<T, TReal>*)context)->Map.Kind)
        {
            case RowMapKind.LInfBall: Gradient<LInfBallElement<TVector, TReal>>(context, begin, end); break;
            case RowMapKind.SoftThreshold: Gradient<SoftThresholdElement<TVector, TReal>>(context, begin, end); break;
            case RowMapKind.HardThreshold: Gradient<HardThresholdElement<TVector, TReal>>(context, begin, end); break;
            case RowMapKind.ElasticNet: Gradient<ElasticNetElement<TVector, TReal>>(context, begin, end); break;
            case RowMapKind.Mcp: Gradient<McpElement<TVector, TReal>>(context, begin, end); break;
            case RowMapKind.Scad: Gradient<ScadElement<TVector, TReal>>(context, begin, end); break;
            case RowMapKind.Huber: Gradient<HuberElement<TVector, TReal>>(context, begin, end); break;
            default: Gradient<MaskElement<TVector, TReal>>(context, begin, end); break;
        }
    }

    /// <summary>t of a row as the formulas compare with it.</summary>
    public static TVector Parameter(RowMapKind kind, double parameter, bool ofResult)
    {
        // A bound of the results is compared with results as they are stored.
        if (kind == RowMapKind.LInfBall && ofResult)
            return TVector.Constant(Real.ToDouble(Real.From<T>(parameter)));
        TReal rounded = Real.From<TReal>(parameter);

        // |x| > t for the t that was given: the real below it decides the same.
        if (kind == RowMapKind.HardThreshold && typeof(TReal) == typeof(float) && Real.ToDouble(rounded) > parameter)
            return TVector.Constant(MathF.BitDecrement((float)Real.ToDouble(rounded)));
        return TVector.Create(rounded);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward<TElement>(void* context, long begin, long end)
        where TElement : struct, IElementwise<TVector, TReal>
    {
        ref readonly ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            double parameter = job.Parameter(row);
            T* y = job.OutputRow(row);
            RowStatus status = RowStatus.InvalidParameter;
            long support = job.Columns;
            if (job.ColumnParameters != null || (double.IsFinite(parameter) && parameter >= 0))
            {
                Formula<TElement> formula = new()
                {
                    Input = RowReals<T, TReal, TVector>.Of(job.InputRow(row), job.Columns, ProjectionSlots.Input),
                    ColumnParameters = job.ColumnParameters,
                    Parameter = Parameter(job.Map.Kind, parameter, ofResult: false),
                    Second = TVector.Create(Real.Coefficient<TReal>(job.Map.Second)),
                };
                if (y == null)
                    y = ProjectionScratch.Take<T>(ProjectionSlots.Values, job.Columns);
                support = RowWriter<T, TReal, TVector>.Write(y, job.Columns, job.Streaming, job.SupportSize != null, ref formula);
                status = RowFiniteness<TVector, TReal>.Status(formula.Probe, y, job.Columns);
            }
            else if (y != null)
            {
                new Span<T>(y, job.Columns).Fill(Real.From<T>(double.NaN));
            }

            if (job.SupportSize != null)
                job.SupportSize[row] = support;
            if (job.Status != null)
                job.Status[row] = status;
        }

        if (job.Streaming && Sse.IsSupported)
            Sse.StoreFence();
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gradient<TElement>(void* context, long begin, long end)
        where TElement : struct, IElementwise<TVector, TReal>
    {
        ref readonly ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            ElementDerivatives<TVector, TReal> at = new()
            {
                Result = RowReals<T, TReal, TVector>.Of(job.ResultRow(row), job.Columns, ProjectionSlots.Result),
                Upstream = RowReals<T, TReal, TVector>.Of(job.UpstreamRow(row), job.Columns, ProjectionSlots.Upstream),
                ColumnParameters = job.ColumnParameters,
                Parameter = Parameter(job.Map.Kind, job.Parameter(row), ofResult: true),
                Second = TVector.Create(Real.Coefficient<TReal>(job.Map.Second)),
            };

            // Sums first: the gradient may take the upstream's place.
            if (job.ParameterGradient != null)
                job.ParameterGradient[row] = Real.From<TReal>(at.Sum<TElement>(job.Columns, second: false));
            if (job.SecondGradient != null)
                job.SecondGradient[row] = Real.From<TReal>(at.Sum<TElement>(job.Columns, second: true));
            if (job.Gradient != null)
            {
                SlopeFormula<TElement> formula = new() { Derivatives = at };
                _ = RowWriter<T, TReal, TVector>.Write(job.GradientRow(row), job.Columns, job.Streaming, false, ref formula);
            }
        }

        if (job.Streaming && Sse.IsSupported)
            Sse.StoreFence();
    }

    private struct Formula<TElement> : IRowFormula<TVector, TReal>
        where TElement : struct, IElementwise<TVector, TReal>
    {
        public TReal* Input;
        public TReal* ColumnParameters;
        public TVector Parameter;
        public TVector Second;

        /// <summary>See <see cref="RowFiniteness{TVector, TReal}"/>.</summary>
        public TVector Probe;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector At<TAccess>(TAccess access)
            where TAccess : struct, IRowAccess<TVector, TReal>
        {
            TVector x = access.Load(Input);
            Probe = TVector.FusedMultiplyAdd(x, default, Probe);
            return TElement.Result(x, ColumnParameters == null ? Parameter : access.Load(ColumnParameters), Second);
        }
    }

    private struct SlopeFormula<TElement> : IRowFormula<TVector, TReal>
        where TElement : struct, IElementwise<TVector, TReal>
    {
        public ElementDerivatives<TVector, TReal> Derivatives;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector At<TAccess>(TAccess access)
            where TAccess : struct, IRowAccess<TVector, TReal> => Derivatives.ByInput<TElement, TAccess>(access);
    }
}
