using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceDoublyStochastic
{
    public static void Normalise<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> values, in DeviceDoublyStochasticOutputs<T, TReal> outputs, in DoublyStochasticOptions options, in DeviceDoublyStochasticInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, values, outputs.Status, options, inputs, out gibbs_doubly_stochastic arguments);
        int device = stream.Device.Ordinal;
        ArgumentChecks.Matrix("outputs.Matrices", outputs.Matrices.Rows, outputs.Matrices.Columns, values.Rows, values.Columns, "as values");
        ArgumentChecks.Length("outputs.MarginalErrors", outputs.MarginalErrors.Length, values.Rows, "one per matrix");
        arguments.result = DeviceViews.Pointer(outputs.Matrices, "outputs.Matrices", device);
        arguments.result_stride = outputs.Matrices.Stride;
        arguments.marginal_errors = DeviceViews.Pointer(outputs.MarginalErrors, "outputs.MarginalErrors", device);
        DeviceViews.CheckInPlaceOrApart(values, nameof(values), outputs.Matrices, "outputs.Matrices");
        Run(stream, &arguments);
    }

    public static void Backward<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> values,
        DeviceSpan2D<T> upstream,
        DeviceSpan2D<T> gradient,
        in DoublyStochasticOptions options,
        in DeviceDoublyStochasticInputs<TReal> inputs,
        DeviceSpan<TransportStatus> status)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, values, status, options, inputs, out gibbs_doubly_stochastic arguments);
        int device = stream.Device.Ordinal;
        if (upstream.Rows != values.Rows || upstream.Columns != values.Columns)
            ArgumentChecks.Fail("upstream", $"upstream is [{upstream.Rows}, {upstream.Columns}]; it must be [{values.Rows}, {values.Columns}], as values.");
        if (gradient.Rows != values.Rows || gradient.Columns != values.Columns)
            ArgumentChecks.Fail("gradient", $"gradient is [{gradient.Rows}, {gradient.Columns}]; it must be [{values.Rows}, {values.Columns}], as values.");
        arguments.upstream = DeviceViews.Pointer(upstream, nameof(upstream), device);
        arguments.upstream_stride = upstream.Stride;
        arguments.result = DeviceViews.Pointer(gradient, nameof(gradient), device);
        arguments.result_stride = gradient.Stride;
        DeviceViews.CheckInPlaceOrApart(values, nameof(values), gradient, nameof(gradient));
        DeviceViews.CheckInPlaceOrApart(upstream, nameof(upstream), gradient, nameof(gradient));
        Run(stream, &arguments);
    }

    private static void Run(CudaStream stream, gibbs_doubly_stochastic* arguments)
    {
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_doubly_stochastic_run(use.Device, use.Stream, arguments));
    }

    private static void Fill<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> values, DeviceSpan<TransportStatus> status, in DoublyStochasticOptions options, in DeviceDoublyStochasticInputs<TReal> inputs, out gibbs_doubly_stochastic arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        DoublyStochasticValidation.CheckOptions<TReal>(options);
        (int rows, int columns) = DoublyStochasticValidation.CheckShapes(options, new(values.Rows, values.Columns), inputs.RowTargets.Length, inputs.ColumnTargets.Length, status.Length);
        int device = stream.Device.Ordinal;
        arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_doubly_stochastic);
        arguments.type = NativeTypes.Of<T>();
        arguments.matrices = values.Rows;
        arguments.rows = rows;
        arguments.columns = columns;
        arguments.scheme = (int)options.Scheme;
        arguments.positive = options.Input == DoublyStochasticInput.Positive ? 1 : 0;
        arguments.iterations = options.Iterations;
        arguments.step = options.Step;
        arguments.values = DeviceViews.Pointer(values, nameof(values), device);
        arguments.values_stride = values.Stride;
        arguments.row_targets = DeviceViews.Pointer(inputs.RowTargets, "inputs.RowTargets", device);
        arguments.row_targets_stride = inputs.RowTargets.Length > rows ? rows : 0;
        arguments.column_targets = DeviceViews.Pointer(inputs.ColumnTargets, "inputs.ColumnTargets", device);
        arguments.column_targets_stride = inputs.ColumnTargets.Length > columns ? columns : 0;
        arguments.temperature = options.Temperature;
        arguments.epsilon = options.Epsilon;
        arguments.noise_scale = options.NoiseScale;
        arguments.seed = options.Seed;
        arguments.matrix_offset = options.MatrixOffset;
        arguments.regime = inputs.Regime;
        arguments.status = DeviceViews.Pointer(status, "outputs.Status", device);
    }
}
