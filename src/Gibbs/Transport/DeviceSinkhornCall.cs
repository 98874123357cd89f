namespace Gibbs;

/// <summary>What a solve on a device is given, whatever its form: a matrix of costs or point clouds, one problem, problems of one size, or of differing sizes.</summary>
internal ref struct DeviceSinkhornCall<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public CudaStream Stream;
    public SinkhornOptions Options;
    public DeviceSinkhornInputs<TReal> Inputs;
    public DevicePointSinkhornOutputs<TReal> Outputs;
    public DeviceSinkhornBatch Batch;
    public bool Ragged;
    public bool Points;
    public long Problems;
    public DeviceSpan2D<T> Cost;
    public DeviceSpan<T> PackedCost;
    public DeviceSpan2D<TReal> X;
    public DeviceSpan2D<TReal> Y;

    public static DeviceSinkhornCall<T, TReal> Matrix(
        CudaStream stream, DeviceSpan2D<T> cost, long problems, in DeviceSinkhornOutputs<TReal> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<TReal> inputs) => new()
        {
            Stream = stream,
            Options = options,
            Inputs = inputs,
            Outputs = Of(outputs),
            Problems = problems,
            Cost = cost,
        };

    public static DeviceSinkhornCall<T, TReal> Packed(
        CudaStream stream, DeviceSpan<T> cost, in DeviceSinkhornBatch batch, in DeviceSinkhornOutputs<TReal> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<TReal> inputs) => new()
        {
            Stream = stream,
            Options = options,
            Inputs = inputs,
            Outputs = Of(outputs),
            Batch = batch,
            Ragged = true,
            PackedCost = cost,
        };

    public static DeviceSinkhornCall<T, TReal> Clouds(
        CudaStream stream, DeviceSpan2D<TReal> x, DeviceSpan2D<TReal> y, long problems, in DevicePointSinkhornOutputs<TReal> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<TReal> inputs) => new()
        {
            Stream = stream,
            Options = options,
            Inputs = inputs,
            Outputs = outputs,
            Points = true,
            Problems = problems,
            X = x,
            Y = y,
        };

    public static DeviceSinkhornCall<T, TReal> PackedClouds(
        CudaStream stream, DeviceSpan2D<TReal> x, DeviceSpan2D<TReal> y, in DeviceSinkhornBatch batch, in DevicePointSinkhornOutputs<TReal> outputs, in SinkhornOptions options,
        in DeviceSinkhornInputs<TReal> inputs) => new()
        {
            Stream = stream,
            Options = options,
            Inputs = inputs,
            Outputs = outputs,
            Batch = batch,
            Ragged = true,
            Points = true,
            X = x,
            Y = y,
        };

    private static DevicePointSinkhornOutputs<TReal> Of(in DeviceSinkhornOutputs<TReal> outputs) => new()
    {
        Results = outputs.Results,
        SourcePotentials = outputs.SourcePotentials,
        TargetPotentials = outputs.TargetPotentials,
        Plans = outputs.Plans,
        PackedPlans = outputs.PackedPlans,
    };
}
