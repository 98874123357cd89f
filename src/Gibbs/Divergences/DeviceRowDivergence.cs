using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceRowDivergence
{
    public static void Compute<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> student, DeviceSpan2D<T> teacher, in DeviceDivergenceOutputs<T, TReal> outputs, in DivergenceOptions options, in DeviceDivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        FillDense(stream, student, teacher, outputs, options, inputs, out gibbs_row_divergence arguments);
        Run(stream, &arguments);
    }

    public static long WorkspaceBytes<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> student, DeviceSpan2D<T> teacher, in DeviceDivergenceOutputs<T, TReal> outputs, in DivergenceOptions options, in DeviceDivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        FillDense(stream, student, teacher, outputs, options, inputs, out gibbs_row_divergence arguments);
        return Bytes(stream, &arguments);
    }

    public static void ComputeSparse<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> student,
        DeviceClassIds ids,
        DeviceSpan2D<TReal> logProbabilities,
        in DeviceDivergenceOutputs<T, TReal> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        FillSparse(stream, student, ids, logProbabilities, outputs, options, inputs, out gibbs_row_divergence arguments);
        Run(stream, &arguments);
    }

    public static long SparseWorkspaceBytes<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> student,
        DeviceClassIds ids,
        DeviceSpan2D<TReal> logProbabilities,
        in DeviceDivergenceOutputs<T, TReal> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        FillSparse(stream, student, ids, logProbabilities, outputs, options, inputs, out gibbs_row_divergence arguments);
        return Bytes(stream, &arguments);
    }

    private static void Run(CudaStream stream, gibbs_row_divergence* arguments)
    {
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_row_divergence_run(use.Device, use.Stream, arguments));
    }

    private static long Bytes(CudaStream stream, gibbs_row_divergence* arguments)
    {
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_row_divergence_workspace(use.Device, arguments, &bytes));
        return bytes;
    }

    private static void FillDense<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> student,
        DeviceSpan2D<T> teacher,
        in DeviceDivergenceOutputs<T, TReal> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<TReal> inputs,
        out gibbs_row_divergence arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        DivergenceValidation.CheckOptions<TReal>(options, false);
        DivergenceShapes shapes = Shapes(student, outputs, inputs);
        shapes.TeacherRows = teacher.Rows;
        shapes.TeacherColumns = teacher.Columns;
        Fill(stream, student, shapes, outputs, options, inputs, out arguments);
        int device = stream.Device.Ordinal;
        arguments.teacher = DeviceViews.Pointer(teacher, nameof(teacher), device);
        arguments.teacher_stride = teacher.Stride;
        DeviceViews.CheckInPlaceOrApart(teacher, nameof(teacher), outputs.TeacherGradient, "outputs.TeacherGradient");
        bool same = student.Pointer == teacher.Pointer && (student.Stride == teacher.Stride || student.Rows == 1);
        if (same)
            return;
        DeviceViews.CheckApart(teacher, nameof(teacher), outputs.StudentGradient, "outputs.StudentGradient");
        DeviceViews.CheckApart(student, nameof(student), outputs.TeacherGradient, "outputs.TeacherGradient");
    }

    private static void FillSparse<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> student,
        DeviceClassIds ids,
        DeviceSpan2D<TReal> logProbabilities,
        in DeviceDivergenceOutputs<T, TReal> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<TReal> inputs,
        out gibbs_row_divergence arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        DivergenceValidation.CheckOptions<TReal>(options, true);
        DivergenceShapes shapes = Shapes(student, outputs, inputs);
        shapes.IsSparse = true;
        shapes.IdRows = ids.Rows;
        shapes.IdColumns = ids.Columns;
        shapes.TeacherRows = logProbabilities.Rows;
        shapes.TeacherColumns = logProbabilities.Columns;
        Fill(stream, student, shapes, outputs, options, inputs, out arguments);
        int device = stream.Device.Ordinal;
        if (student.Rows > 0)
            DeviceViews.CheckPointer(ids.Pointer, ids.ElementBytes, ids.Device, nameof(ids), device);
        arguments.ids = ids.Pointer;
        arguments.ids_stride = ids.Stride;
        arguments.id_type = ids.ElementBytes == sizeof(int) ? gibbs_target_type.GIBBS_TARGETS_INT32 : gibbs_target_type.GIBBS_TARGETS_INT64;
        arguments.log_probabilities = DeviceViews.Pointer(logProbabilities, "teacherLogProbabilities", device);
        arguments.log_probabilities_stride = logProbabilities.Stride;
        arguments.listed = Math.Max(1, ids.Columns);
    }

    // What dense and sparse teachers have in common.
    private static void Fill<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> student, in DivergenceShapes shapes, in DeviceDivergenceOutputs<T, TReal> outputs, in DivergenceOptions options, in DeviceDivergenceInputs<TReal> inputs, out gibbs_row_divergence arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        DivergenceValidation.CheckShapes(shapes);
        CrossEntropyValidation.CheckDeviceNormaliser(!inputs.Normaliser.IsEmpty, options.Reduction, options.Normaliser);
        int device = stream.Device.Ordinal;
        arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_row_divergence);
        arguments.type = NativeTypes.Of<T>();
        arguments.rows = student.Rows;
        arguments.columns = student.Columns;
        arguments.student = DeviceViews.Pointer(student, nameof(student), device);
        arguments.student_stride = student.Stride;
        arguments.row_weights = DeviceViews.Pointer(inputs.RowWeights, "inputs.RowWeights", device);
        arguments.normaliser = DeviceViews.Scalar(inputs.Normaliser, "inputs.Normaliser", device);
        arguments.regime = inputs.Regime;
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;

        arguments.kind = (int)options.Kind;
        arguments.teacher_input = (int)options.TeacherInput;
        arguments.tail = (int)options.Tail;
        arguments.reduction = (int)options.Reduction;
        arguments.per_element = options.PerElement ? 1 : 0;
        arguments.has_normaliser_value = options.Normaliser.HasValue ? 1 : 0;
        arguments.normaliser_value = options.Normaliser.GetValueOrDefault();
        arguments.beta = options.Beta;
        arguments.alpha = options.Alpha;
        arguments.share = options.CrossEntropyShare;
        arguments.student_temperature = options.StudentTemperature;
        arguments.teacher_temperature = options.TeacherTemperature;
        arguments.weight = options.Weight;

        arguments.divergences = DeviceViews.Pointer(outputs.Divergences, "outputs.Divergences", device);
        arguments.value = DeviceViews.Scalar(outputs.Value, "outputs.Value", device);
        if (arguments.value != 0 && options.Reduction == Reduction.None)
            ArgumentChecks.Fail("outputs", $"outputs.Value is given with Reduction.None, which has no reduced divergence; take outputs.Divergences, or Mean or Sum.");
        arguments.student_gradient = DeviceViews.Pointer(outputs.StudentGradient, "outputs.StudentGradient", device);
        arguments.student_gradient_stride = outputs.StudentGradient.Stride;
        arguments.teacher_gradient = DeviceViews.Pointer(outputs.TeacherGradient, "outputs.TeacherGradient", device);
        arguments.teacher_gradient_stride = outputs.TeacherGradient.Stride;
        arguments.status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device);
        arguments.normaliser_used = DeviceViews.Scalar(outputs.NormaliserUsed, "outputs.NormaliserUsed", device);
        DeviceViews.CheckInPlaceOrApart(student, nameof(student), outputs.StudentGradient, "outputs.StudentGradient");
        DeviceViews.CheckApart(outputs.StudentGradient, "outputs.StudentGradient", outputs.TeacherGradient, "outputs.TeacherGradient");
    }

    private static DivergenceShapes Shapes<T, TReal>(DeviceSpan2D<T> student, in DeviceDivergenceOutputs<T, TReal> outputs, in DeviceDivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => new()
        {
            Rows = student.Rows,
            Columns = student.Columns,
            RowWeights = inputs.RowWeights.Length,
            Divergences = outputs.Divergences.Length,
            StudentGradientRows = outputs.StudentGradient.Rows,
            StudentGradientColumns = outputs.StudentGradient.Columns,
            TeacherGradientRows = outputs.TeacherGradient.Rows,
            TeacherGradientColumns = outputs.TeacherGradient.Columns,
            Status = outputs.Status.Length,
        };
}
