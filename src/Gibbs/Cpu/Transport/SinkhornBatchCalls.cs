namespace Gibbs.Cpu.Transport;

/// <summary>What batches for matrices of costs and for point clouds have in common on their way from spans to pointers.</summary>
internal static class SinkhornBatchCalls
{
    public static SinkhornBatchShapes Shapes<TReal>(in SinkhornBatchInputs<TReal> inputs)
        where TReal : unmanaged => new()
        {
            SourceWeights = inputs.SourceWeights.Length,
            TargetWeights = inputs.TargetWeights.Length,
            InitialTargetPotentials = inputs.InitialTargetPotentials.Length,
            Epsilons = inputs.Epsilons.Length,
            Tolerances = inputs.Tolerances.Length,
            IterationLimits = inputs.IterationLimits.Length,
        };

    public static void Offsets(ref SinkhornBatchShapes shapes, in SinkhornBatch batch)
    {
        shapes.Ragged = true;
        shapes.Problems = batch.SourceOffsets.Length - 1;
        shapes.SourceOffsets = batch.SourceOffsets.Length;
        shapes.TargetOffsets = batch.TargetOffsets.Length;
        shapes.CostOffsets = batch.CostOffsets.Length;
    }

    public static SinkhornBatchCall<TReal> Of<TReal>(in SinkhornBatchShapes shapes, in SinkhornOptions options, long costTotal)
        where TReal : unmanaged => new()
        {
            Options = options,
            Problems = shapes.Problems,
            Rows = shapes.Rows,
            Columns = (int)shapes.Columns,
            SourceTotal = shapes.SourceTotal,
            TargetTotal = shapes.TargetTotal,
            CostTotal = costTotal,
        };
}
