using System;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Interop;

/// <summary>Row maps and global masks on device memory: every overload arrives, memory may be anybody's, no rows are fine, nothing is allocated. Values are the conformance suite's.</summary>
[Category("Native")]
internal sealed class DeviceProjectionTests
{
    private static readonly double[] s_row = [3, -1, -0.5, 2];
    private static readonly double[] s_thresholded = [2, 0, 0, 1];
    private static readonly double[] s_gradient = [1, 0, 0, 4];

    private CudaDevice _device = null!;
    private CudaStream _stream = null!;

    [SetUp]
    public void SetUp()
    {
        _device = NativeFixture.Open();
        _stream = _device.CreateStream();
    }

    [TearDown]
    public void TearDown()
    {
        _stream?.Dispose();
        _device?.Dispose();
    }

    [Test]
    public void Float32Arrives()
    {
        using DeviceBuffer<float> x = _stream.Upload<float>([.. s_row.Select(v => (float)v)]);
        using DeviceBuffer<float> v = _stream.Upload<float>([1, 2, 3, 4]);
        using DeviceBuffer<float> y = _stream.Allocate<float>(4), dx = _stream.Allocate<float>(4), dt = _stream.Allocate<float>(1);
        using DeviceBuffer<RowStatus> status = _stream.Upload<RowStatus>([RowStatus.Infeasible]);
        RowMap map = RowMap.SoftThreshold(1);
        Projection.Apply(_stream, map, x.AsRows(1, 4), new() { Output = y.AsRows(1, 4), Status = status });
        Projection.Gradient(_stream, map, v.AsRows(1, 4), new() { Output = y.AsRows(1, 4) }, new DeviceProjectionGradients<float, float> { Input = dx.AsRows(1, 4), Parameter = dt });
        Assert.That(y.ToArray(), Is.EqualTo(s_thresholded));
        Assert.That(dx.ToArray(), Is.EqualTo(s_gradient));
        Assert.That(dt.ToArray()[0], Is.EqualTo(-5));
        Assert.That(status.ToArray()[0], Is.EqualTo(RowStatus.Ok));
    }

    [Test]
    public void Float64Arrives()
    {
        using DeviceBuffer<double> x = _stream.Upload<double>(s_row);
        using DeviceBuffer<double> v = _stream.Upload<double>([1, 2, 3, 4]);
        using DeviceBuffer<double> y = _stream.Allocate<double>(4), dx = _stream.Allocate<double>(4);
        RowMap map = RowMap.SoftThreshold(1);
        Projection.Apply(_stream, map, x.AsRows(1, 4), new() { Output = y.AsRows(1, 4) });
        Projection.Gradient(_stream, map, v.AsRows(1, 4), new() { Output = y.AsRows(1, 4) }, new DeviceProjectionGradients<double, double> { Input = dx.AsRows(1, 4) });
        Assert.That(y.ToArray(), Is.EqualTo(s_thresholded));
        Assert.That(dx.ToArray(), Is.EqualTo(s_gradient));
    }

    [Test]
    public void Float16Arrives()
    {
        using DeviceBuffer<Half> x = _stream.Upload<Half>([.. s_row.Select(v => (Half)v)]);
        using DeviceBuffer<Half> v = _stream.Upload<Half>([(Half)1, (Half)2, (Half)3, (Half)4]);
        using DeviceBuffer<Half> y = _stream.Allocate<Half>(4), dx = _stream.Allocate<Half>(4);
        RowMap map = RowMap.SoftThreshold(1);
        Projection.Apply(_stream, map, x.AsRows(1, 4), new DeviceProjectionOutputs<Half, float> { Output = y.AsRows(1, 4) });
        Projection.Gradient(_stream, map, v.AsRows(1, 4), new() { Output = y.AsRows(1, 4) }, new DeviceProjectionGradients<Half, float> { Input = dx.AsRows(1, 4) });
        Assert.That(y.ToArray().Select(h => (double)h), Is.EqualTo(s_thresholded));
        Assert.That(dx.ToArray().Select(h => (double)h), Is.EqualTo(s_gradient));
    }

    [Test]
    public void BFloat16Arrives_InPlace()
    {
        using DeviceBuffer<BFloat16> memory = _stream.Upload<BFloat16>([.. s_row.Select(v => (BFloat16)(float)v)]);
        using DeviceBuffer<BFloat16> v = _stream.Upload<BFloat16>([.. new float[] { 1, 2, 3, 4 }.Select(f => (BFloat16)f)]);
        DeviceSpan2D<BFloat16> rows = memory.AsRows(1, 4), upstream = v.AsRows(1, 4);
        RowMap map = RowMap.SoftThreshold(1);
        Projection.Apply(_stream, map, rows, new DeviceProjectionOutputs<BFloat16, float> { Output = rows });
        Projection.Gradient(_stream, map, upstream, new() { Output = rows }, new DeviceProjectionGradients<BFloat16, float> { Input = upstream });
        Assert.That(memory.ToArray().Select(b => (double)(float)b), Is.EqualTo(s_thresholded));
        Assert.That(v.ToArray().Select(b => (double)(float)b), Is.EqualTo(s_gradient));
    }

    [Test]
    public void ASingleRowInPlace_WhateverItsStride()
    {
        using DeviceBuffer<float> memory = _stream.Upload<float>([.. s_row.Select(v => (float)v)]);
        Projection.Apply(_stream, RowMap.SoftThreshold(1), new(memory.Span.Pointer, 1, 4, 9), new DeviceProjectionOutputs<float, float> { Output = memory.AsRows(1, 4) });
        Assert.That(memory.ToArray(), Is.EqualTo(s_thresholded));
    }

    [Test]
    public void ParametersAndSecondsArrive()
    {
        using DeviceBuffer<double> x = _stream.Upload<double>([3, 3, 3, 3]);
        using DeviceBuffer<double> ones = _stream.Upload<double>([1, 1, 1, 1]);
        using DeviceBuffer<double> perRow = _stream.Upload<double>([0, 2]), perColumn = _stream.Upload<double>([1, 2]);
        using DeviceBuffer<double> y = _stream.Allocate<double>(4), second = _stream.Allocate<double>(2), column = _stream.Allocate<double>(2);
        RowMap map = RowMap.ElasticNet(99, 1);
        Projection.Apply(_stream, map, x.AsRows(2, 2), new() { Output = y.AsRows(2, 2) }, new DeviceProjectionInputs<double, double> { RowParameters = perRow });
        Assert.That(y.ToArray(), Is.EqualTo(new[] { 1.5, 1.5, 0.5, 0.5 }));
        Projection.Gradient(_stream, map, ones.AsRows(2, 2), new() { Output = y.AsRows(2, 2) }, new() { Second = second }, new DeviceProjectionInputs<double, double> { RowParameters = perRow });
        Assert.That(second.ToArray(), Is.EqualTo(new[] { -1.5, -0.5 }));
        Projection.Apply(_stream, map, x.AsRows(2, 2), new() { Output = y.AsRows(2, 2) }, new DeviceProjectionInputs<double, double> { ColumnParameters = perColumn });
        Assert.That(y.ToArray(), Is.EqualTo(new[] { 1, 0.5, 1, 0.5 }));
        Projection.Gradient(_stream, map, ones.AsRows(2, 2), new() { Output = y.AsRows(2, 2) }, new() { ColumnParameters = column }, new DeviceProjectionInputs<double, double> { ColumnParameters = perColumn });
        Assert.That(column.ToArray(), Is.EqualTo(new[] { -1.0, -1.0 }));
    }

    [Test]
    public void CompressedFormArrives()
    {
        using DeviceBuffer<float> x = _stream.Upload<float>([1, -4, 3, 2]);
        using DeviceBuffer<float> y = _stream.Allocate<float>(4), kept = _stream.Allocate<float>(2);
        using DeviceBuffer<byte> mask = _stream.Allocate<byte>(4), metadata = _stream.Allocate<byte>(2);
        using DeviceBuffer<long> support = _stream.Allocate<long>(1);
        Projection.Apply(_stream, RowMap.NOfM(2, 4), x.AsRows(1, 4), new DeviceProjectionOutputs<float, float>
        {
            Output = y.AsRows(1, 4),
            Mask = mask.AsRows(1, 4),
            Compressed = kept.AsRows(1, 2),
            Metadata = metadata.AsRows(1, 2),
            SupportSize = support,
        });
        Assert.That(y.ToArray(), Is.EqualTo(new[] { 0, -4, 3, 0 }));
        Assert.That(mask.ToArray(), Is.EqualTo(new[] { 0, 1, 1, 0 }));
        Assert.That(kept.ToArray(), Is.EqualTo(new[] { -4, 3 }));
        Assert.That(metadata.ToArray(), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(support.ToArray()[0], Is.EqualTo(2));
    }

    [Test]
    public void SparseRowsArrive()
    {
        using DeviceBuffer<float> x = _stream.Upload<float>([5, 0, 5, 0, 9, 0]);
        using DeviceBuffer<long> offsets = _stream.Allocate<long>(3);
        using DeviceBuffer<int> indices = _stream.Allocate<int>(3);
        using DeviceBuffer<float> values = _stream.Allocate<float>(3);
        using DeviceBuffer<RowStatus> status = _stream.Allocate<RowStatus>(2);
        Projection.ApplySparse(_stream, RowMap.Sparsemax(), x.AsRows(2, 3), new DeviceSparseRows<float> { RowOffsets = offsets });
        Assert.That(offsets.ToArray(), Is.EqualTo(new[] { 0L, 2, 3 }));
        Projection.ApplySparse(_stream, RowMap.Sparsemax(), x.AsRows(2, 3), new() { RowOffsets = offsets, Indices = indices, Values = values }, default(DeviceProjectionInputs<float, float>), status);
        Assert.That(indices.ToArray(), Is.EqualTo(new[] { 0, 2, 1 }));
        Assert.That(values.ToArray(), Is.EqualTo(new[] { 0.5, 0.5, 1 }));
        Assert.That(status.ToArray(), Is.All.EqualTo(RowStatus.Ok));
    }

    [Test]
    public void NoRowsAreFine()
    {
        DeviceSpan2D<float> none = new(0, 0, 4, 4);
        using DeviceBuffer<float> column = _stream.Upload<float>([7, 7, 7, 7]), thresholds = _stream.Upload<float>([1, 1, 1, 1]);
        using DeviceBuffer<long> offsets = _stream.Upload<long>([7]);
        foreach (RowMap map in new[] { RowMap.Sparsemax(), RowMap.Entmax(), RowMap.SoftThreshold(1), RowMap.NOfM(2, 4), RowMap.L2Ball(), RowMap.GroupLasso(1, 2), RowMap.KSupport(2, 1), RowMap.Isotonic(), RowMap.Tangent() })
        {
            Projection.Apply(_stream, map, none, default(DeviceProjectionOutputs<float, float>));
            Projection.Gradient(_stream, map, none, default, default(DeviceProjectionGradients<float, float>));
            Assert.That(Projection.WorkspaceBytes(_stream, map, none), Is.Zero);
        }

        Projection.ApplySparse(_stream, RowMap.Sparsemax(), none, new DeviceSparseRows<float> { RowOffsets = offsets });
        Projection.Gradient(_stream, RowMap.SoftThreshold(1), none, default, new() { ColumnParameters = column }, new DeviceProjectionInputs<float, float> { ColumnParameters = thresholds });
        Assert.That(offsets.ToArray()[0], Is.Zero);
        Assert.That(column.ToArray(), Is.All.Zero);
    }

    [Test]
    public void WorkspaceOfTheAskedSize_Serves()
    {
        const int Rows = 3, Columns = 100_000;
        using DeviceBuffer<float> x = _stream.Upload<float>(new float[Rows * Columns]);
        using DeviceBuffer<float> y = _stream.Allocate<float>(Rows * Columns), column = _stream.Allocate<float>(Columns), thresholds = _stream.Upload<float>(new float[Columns]);
        using DeviceBuffer<long> offsets = _stream.Allocate<long>(Rows + 1);
        DeviceSpan2D<float> rows = x.AsRows(Rows, Columns), result = y.AsRows(Rows, Columns);
        foreach (RowMap map in new[] { RowMap.Sparsemax(), RowMap.SoftThreshold(1), RowMap.SparseSimplex(7), RowMap.NOfM(2, 4) })
        {
            bool elementwise = map.Kind == RowMapKind.SoftThreshold;
            DeviceSpan<float> parameters = elementwise ? thresholds : default(DeviceSpan<float>);
            DeviceProjectionInputs<float, float> inputs = new() { ColumnParameters = parameters };
            long bytes = Projection.WorkspaceBytes(_stream, map, rows, inputs);
            using DeviceBuffer<byte> workspace = _stream.Allocate<byte>(bytes + 256);
            inputs.Workspace = workspace;
            ApplyWith(map, rows, result, workspace.Span.Slice(0, bytes), parameters);
            Projection.Gradient(_stream, map, rows, new() { Output = result }, new() { Input = rows, ColumnParameters = elementwise ? column : default(DeviceSpan<float>) }, inputs);
            if (map.Kind is RowMapKind.Simplex or RowMapKind.SparseSimplex)
                Projection.ApplySparse(_stream, map, rows, new() { RowOffsets = offsets }, inputs);
            if (bytes > 0)
                Assert.That(() => ApplyWith(map, rows, result, workspace.Span.Slice(0, bytes - 1), parameters), Throws.ArgumentException.With.Message.Contains("workspace"));
        }
    }

    [Test]
    public void WorkspaceOfTheAskedSize_ServesMapsWithSavedThings()
    {
        const int Rows = 3, Columns = 5000;
        using DeviceBuffer<double> x = _stream.Upload<double>([.. Enumerable.Range(0, Rows * Columns).Select(i => (double)(i * 7919 % 1009))]);
        using DeviceBuffer<double> y = _stream.Allocate<double>(Rows * Columns), v = _stream.Upload<double>(new double[Rows * Columns]), saved = _stream.Allocate<double>(Rows);
        DeviceSpan2D<double> rows = x.AsRows(Rows, Columns), result = y.AsRows(Rows, Columns), upstream = v.AsRows(Rows, Columns);
        foreach (RowMap map in new[] { RowMap.L2Ball(), RowMap.Sphere(), RowMap.Isotonic(), RowMap.SoftSort(1), RowMap.SoftRank(1, regulariser: SortRegulariser.Entropic) })
        {
            DeviceSpan<double> thresholds = map.Kind is RowMapKind.L2Ball or RowMapKind.Sphere ? saved : default(DeviceSpan<double>);
            using DeviceBuffer<byte> workspace = _stream.Allocate<byte>(Projection.WorkspaceBytes(_stream, map, rows));
            DeviceProjectionInputs<double, double> inputs = new() { Workspace = workspace };
            Projection.Apply(_stream, map, rows, new() { Output = result, Thresholds = thresholds }, inputs);
            Projection.Gradient(_stream, map, upstream, new() { Output = result, Input = rows, Thresholds = thresholds }, new() { Input = upstream }, inputs);
            Assert.That(v.ToArray(), Is.All.Zero, map.Kind.ToString());
        }
    }

    [Test]
    public void MemoryAndStreamOfSomebodyElse_Serve()
    {
        // Another opening of the device stands for another library: only its pointers and its stream handle are passed.
        using CudaDevice other = CudaDevice.Open();
        using CudaStream otherStream = other.CreateStream();
        using DeviceBuffer<float> memory = otherStream.Upload<float>([3, 0, float.NaN, 0, 3]);
        using DeviceBuffer<float> result = otherStream.Allocate<float>(4);
        using CudaStream wrapped = _device.WrapStream(otherStream.Handle);
        Projection.Apply(wrapped, RowMap.Sparsemax(), new(memory.Span.Pointer, 2, 2, 3), new DeviceProjectionOutputs<float, float> { Output = new(result.Span.Pointer, 2, 2, 2) });
        Assert.That(result.ToArray(), Is.EqualTo(new[] { 1, 0, 0, 1 }));
    }

    [Test]
    public void GlobalMaskArrives()
    {
        using DeviceBuffer<float> a = _stream.Upload<float>([1, -5, 2]), b = _stream.Upload<float>([4, 0]);
        using DeviceBuffer<byte> maskA = _stream.Allocate<byte>(3), maskB = _stream.Allocate<byte>(2);
        using DeviceBuffer<float> threshold = _stream.Allocate<float>(1);
        DeviceMaskTensor<float>[] tensors = [new() { Weights = a, Mask = maskA, Masked = a }, new() { Weights = b, Mask = maskB }];
        long bytes = GlobalMask.WorkspaceBytes<float>(_stream, tensors, 2);
        using DeviceBuffer<byte> workspace = _stream.Allocate<byte>(Math.Max(bytes, 1));
        GlobalMask.KeepLargest<float>(_stream, tensors, 2, MaskScore.Magnitude, threshold, workspace);
        Assert.That(maskA.ToArray(), Is.EqualTo(new[] { 0, 1, 0 }));
        Assert.That(maskB.ToArray(), Is.EqualTo(new[] { 1, 0 }));
        Assert.That(a.ToArray(), Is.EqualTo(new[] { 0, -5, 0 }));
        Assert.That(threshold.ToArray()[0], Is.EqualTo(4));
    }

    [Test]
    public void GlobalMaskOfFloat64_AndOfMoreTensorsThanFitTheStack()
    {
        const int Count = 100;
        using DeviceBuffer<double> weights = _stream.Upload<double>([.. Enumerable.Range(0, Count).Select(i => (double)i)]);
        using DeviceBuffer<byte> mask = _stream.Allocate<byte>(Count);
        using DeviceBuffer<double> threshold = _stream.Allocate<double>(1);
        DeviceMaskTensor<double>[] tensors = [.. Enumerable.Range(0, Count).Select(i => new DeviceMaskTensor<double> { Weights = weights.Span.Slice(i, 1), Mask = mask.Span.Slice(i, 1) })];
        GlobalMask.KeepLargest(_stream, tensors, 7, threshold: threshold);
        Assert.That(threshold.ToArray()[0], Is.EqualTo(Count - 7));
        Assert.That(mask.ToArray(), Is.EqualTo(Enumerable.Range(0, Count).Select(i => i < Count - 7 ? 0 : 1)));
    }

    [Test]
    public void GlobalMaskBySixteenBitScores()
    {
        using DeviceBuffer<Half> scores = _stream.Upload<Half>([(Half)(-1), (Half)3, (Half)2]);
        using DeviceBuffer<byte> mask = _stream.Allocate<byte>(3);
        GlobalMask.KeepLargest<Half>(_stream, [new() { Other = scores, Mask = mask }], 1, MaskScore.Given);
        Assert.That(mask.ToArray(), Is.EqualTo(new[] { 0, 1, 0 }));
        GlobalMask.KeepLargest<Half>(_stream, [], 0);
    }

    [Test]
    public void SteadyState_AllocatesNothing()
    {
        using DeviceBuffer<float> x = _stream.Upload<float>(new float[8]), y = _stream.Allocate<float>(8), v = _stream.Upload<float>(new float[8]);
        using DeviceBuffer<byte> mask = _stream.Allocate<byte>(8), metadata = _stream.Allocate<byte>(4);
        using DeviceBuffer<long> offsets = _stream.Allocate<long>(3);
        DeviceMaskTensor<float>[] tensors = [new() { Weights = x, Mask = mask }];
        void Call()
        {
            DeviceSpan2D<float> rows = x.AsRows(2, 4), result = y.AsRows(2, 4);
            RowMap map = RowMap.Sparsemax();
            Projection.Apply(_stream, map, rows, new DeviceProjectionOutputs<float, float> { Output = result });
            Projection.Apply(_stream, RowMap.NOfM(2, 4), rows, new DeviceProjectionOutputs<float, float> { Output = result, Mask = mask.AsRows(2, 4), Metadata = metadata.AsRows(2, 2) });
            Projection.Gradient(_stream, map, v.AsRows(2, 4), new() { Output = result }, new DeviceProjectionGradients<float, float> { Input = v.AsRows(2, 4) });
            Projection.ApplySparse(_stream, map, rows, new DeviceSparseRows<float> { RowOffsets = offsets });
            _ = Projection.WorkspaceBytes(_stream, map, rows);
            GlobalMask.KeepLargest<float>(_stream, tensors, 3);
        }

        for (int i = 0; i < 50; i++)
            Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    // With the outputs that take scratch.
    private void ApplyWith(RowMap map, DeviceSpan2D<float> rows, DeviceSpan2D<float> result, DeviceSpan<byte> workspace, DeviceSpan<float> columnParameters)
    {
        using DeviceBuffer<long> support = _stream.Allocate<long>(rows.Rows);
        using DeviceBuffer<RowStatus> status = _stream.Allocate<RowStatus>(rows.Rows);
        DeviceProjectionInputs<float, float> inputs = new() { Workspace = workspace, ColumnParameters = columnParameters };
        Projection.Apply(_stream, map, rows, new() { Output = result, SupportSize = support, Status = status }, inputs);
    }
}
