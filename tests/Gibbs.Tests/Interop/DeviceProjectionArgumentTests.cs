using System;
using System.Collections.Generic;

using NUnit.Framework;

namespace Gibbs.Tests.Interop;

/// <summary>Wrong arguments of row maps, Fenchel-Young losses and global masks on device memory: each is named, and nothing is enqueued. Shapes by map are those of the span forms, tested there.</summary>
[Category("Native")]
internal sealed class DeviceProjectionArgumentTests
{
    private const long Rows = 2;
    private const long Columns = 4;

    // Addresses are made up: no check reads them and no call comes past them.
    private static readonly DeviceSpan2D<float> s_rows = new(0x10000, Rows, Columns, 6);
    private static readonly DeviceSpan2D<float> s_apart = new(0x20000, Rows, Columns, Columns);
    private static readonly DeviceSpan2D<float> s_elsewhere = new(0x30000, Rows, Columns, Columns, 3);
    private static readonly DeviceSpan<float> s_perRow = new(0x40000, Rows);
    private static readonly DeviceTargetSpan s_targets = new DeviceSpan<int>(0x50000, Rows);

    private delegate void Call(CudaStream stream);

    private static TestCaseData Case(string name, string says, Call call) => new TestCaseData(says, call).SetName($"WrongArgumentIsNamed({name})");

    private static void Apply(CudaStream stream, DeviceSpan2D<float> input, in DeviceProjectionOutputs<float, float> outputs, in DeviceProjectionInputs<float, float> inputs = default, RowMap? map = null) =>
        Projection.Apply(stream, map ?? RowMap.Sparsemax(), input, outputs, inputs);

    private static void Gradient(CudaStream stream, in DeviceProjectionSaved<float, float> saved, in DeviceProjectionGradients<float, float> gradients, RowMap? map = null, in DeviceProjectionInputs<float, float> inputs = default) =>
        Projection.Gradient(stream, map ?? RowMap.Sparsemax(), s_rows, saved, gradients, inputs);

    private static void Mask(CudaStream stream, DeviceMaskTensor<float> tensor, long count = 1, MaskScore score = MaskScore.Magnitude) => GlobalMask.KeepLargest<float>(stream, [tensor], count, score);

    private static void Loss(CudaStream stream, in DeviceFenchelYoungOutputs<float, float> outputs, FenchelYoungOptions options = default, DeviceFenchelYoungInputs<float> inputs = default) =>
        FenchelYoung.Compute(stream, s_rows, s_targets, outputs, options, inputs);

    private static IEnumerable<TestCaseData> Maps()
    {
        yield return Case("no map", "map is default(RowMap)", s => Apply(s, s_rows, default, default, default(RowMap)));
        yield return Case("no columns", "input is [2, 0]", s => Apply(s, new(0x10000, Rows, 0, 6), default));
        yield return Case("null input", "input points to 0x0", s => Apply(s, new(0, Rows, Columns, 6), default));
        yield return Case("odd address", "input points to 0x10002; it must be a device address that is a multiple of 4", s => Apply(s, new(0x10002, Rows, Columns, 6), default));
        yield return Case("input beyond 64 bits", "reach beyond", s => Apply(s, new(0x10000, Rows, Columns, 1L << 61), default));
        yield return Case("input of another device", "input lies on device 3, the stream on device 0", s => Apply(s, s_elsewhere, default));
        yield return Case("output of another device", "outputs.Output lies on device 3", s => Apply(s, s_rows, new() { Output = s_elsewhere }));
        yield return Case("output shape", "outputs.Output is [2, 5]; it must be [2, 4], as input", s => Apply(s, s_rows, new() { Output = new(0x20000, Rows, 5, 5) }));
        yield return Case("output one element on", "outputs.Output overlaps input without being the same memory", s => Apply(s, s_rows, new() { Output = new(0x10004, Rows, Columns, 6) }));
        yield return Case("output of another stride", "outputs.Output overlaps input", s => Apply(s, s_rows, new() { Output = new(0x10000, Rows, Columns, 4) }));
        yield return Case("output over the point", "outputs.Output overlaps inputs.Point", s => Apply(s, s_rows, new() { Output = s_apart }, new() { Point = s_apart }, RowMap.Tangent()));
        yield return Case("compressed over the input", "outputs.Compressed overlaps input; give it memory apart", s => Apply(s, s_rows, new() { Compressed = new(0x10000, Rows, Columns / 2, 6) }, default, RowMap.NOfM(1, 2)));
        yield return Case("thresholds", "outputs.Thresholds has 3 elements", s => Apply(s, s_rows, new() { Thresholds = new(0x40000, 3) }));
        yield return Case("odd support size", "outputs.SupportSize points to 0x40004; it must be a device address that is a multiple of 8", s => Apply(s, s_rows, new() { SupportSize = new(0x40004, Rows) }));
        yield return Case("row parameters of another device", "inputs.RowParameters lies on device 1", s => Apply(s, s_rows, default, new() { RowParameters = new(0x40000, Rows, 1) }));
        yield return Case("weights that the map has not", "inputs.Weights is given to Simplex", s => Apply(s, s_rows, default, new() { Weights = new(0x40000, Columns) }));
        yield return Case("odd group offsets", "inputs.GroupOffsets points to 0x40002", s => Apply(s, s_rows, default, new() { GroupOffsets = new(0x40002, 3) }, RowMap.GroupLasso(1)));
        yield return Case("workspace of another device", "inputs.Workspace lies on device 1", s => Apply(s, s_rows, default, new() { Workspace = new(0x70000, 256, 1) }));
        yield return Case("radius beyond fp32", "radius is 1E+39, which fp32", s => Apply(s, s_rows, default, default, RowMap.Simplex(1e39)));
        yield return Case("sparse form of a ball", "map is L1Ball; only Simplex, Entmax and SparseSimplex have a sparse form", s => Projection.ApplySparse(s, RowMap.L1Ball(), s_rows, new DeviceSparseRows<float> { RowOffsets = new(0x40000, 3) }));
        yield return Case("sparse offsets of another device", "sparse.RowOffsets lies on device 2", s => Projection.ApplySparse(s, RowMap.Sparsemax(), s_rows, new DeviceSparseRows<float> { RowOffsets = new(0x40000, 3, 2) }));
        yield return Case("sparse room", "sparse.Indices has 1 elements and sparse.Values 0", s => Projection.ApplySparse(s, RowMap.Sparsemax(), s_rows, new DeviceSparseRows<float> { RowOffsets = new(0x40000, 3), Indices = new(0x50000, 1) }));
        yield return Case("sparse status", "status lies on device 2", s => Projection.ApplySparse(s, RowMap.Sparsemax(), s_rows, new DeviceSparseRows<float> { RowOffsets = new(0x40000, 3) }, default(DeviceProjectionInputs<float, float>), new(0x50000, Rows, 2)));
        yield return Case("no result", "saved.Output is empty", s => Gradient(s, default, new() { Input = s_apart }));
        yield return Case("result of another device", "saved.Output lies on device 3", s => Gradient(s, new() { Output = s_elsewhere }, new() { Input = s_apart }));
        yield return Case("no thresholds", "saved.Thresholds is empty; the gradient of L2Ball", s => Gradient(s, new() { Output = s_apart }, default, RowMap.L2Ball()));
        yield return Case("gradient over the result", "gradients.Input overlaps saved.Output; give it memory apart", s => Gradient(s, new() { Output = s_apart }, new() { Input = s_apart }));
        yield return Case("gradient over the saved input", "gradients.Input overlaps saved.Input", s => Gradient(s, new() { Output = s_rows, Input = s_apart }, new() { Input = s_apart }, RowMap.SoftSort(1)));
        yield return Case("gradient over the point", "gradients.Input overlaps inputs.Point", s => Gradient(s, default, new() { Input = s_apart }, RowMap.Tangent(), new() { Point = s_apart }));
        yield return Case("gradient one element on", "gradients.Input overlaps upstream", s => Gradient(s, new() { Output = s_apart }, new() { Input = new(0x10004, Rows, Columns, 6) }));
        yield return Case("parameter gradient", "gradients.Parameter lies on device 1", s => Gradient(s, new() { Output = s_apart }, new() { Parameter = new(0x40000, Rows, 1) }));
        yield return Case("query of a wrong map", "k must be in [1, 4]", s => Projection.WorkspaceBytes(s, RowMap.L0Ball(5), s_rows));
    }

    private static IEnumerable<TestCaseData> Masks()
    {
        DeviceSpan<float> weights = new(0x10000, 8);
        yield return Case("type", "tensors hold Int32; they must hold float, double, Half or BFloat16", s => GlobalMask.KeepLargest<int>(s, [], 0));
        yield return Case("score", "score is 7", s => Mask(s, new() { Weights = weights }, 1, (MaskScore)7));
        yield return Case("negative count", "count is -1; it must be in [0, 8]", s => Mask(s, new() { Weights = weights }, -1));
        yield return Case("count", "count is 9; it must be in [0, 8], the total length of the tensors", s => Mask(s, new() { Weights = weights }, 9));
        yield return Case("other of magnitude", "tensors[0].Other has 8 elements with MaskScore.Magnitude, which takes none", s => Mask(s, new() { Weights = weights, Other = weights }));
        yield return Case("no other", "tensors[0].Other has 0 elements; MaskScore.Sensitivity needs 8", s => Mask(s, new() { Weights = weights }, 1, MaskScore.Sensitivity));
        yield return Case("weights of given scores", "tensors[0].Weights has 0 elements; it needs 8", s => Mask(s, new() { Other = weights, Masked = new(0x20000, 8) }, 1, MaskScore.Given));
        yield return Case("mask", "tensors[0].Mask has 3 elements; it needs 8", s => Mask(s, new() { Weights = weights, Mask = new(0x20000, 3) }));
        yield return Case("masked", "tensors[0].Masked has 3 elements; it needs 8", s => Mask(s, new() { Weights = weights, Masked = new(0x20000, 3) }));
        yield return Case("masked one element on", "tensors[0].Masked overlaps Weights; give it the weights' own memory, or memory apart", s => Mask(s, new() { Weights = weights, Masked = new(0x10004, 8) }));
        yield return Case("masked over the other", "tensors[0].Masked overlaps Other; give it memory apart", s => Mask(s, new() { Weights = weights, Other = new(0x20000, 8), Masked = new(0x20000, 8) }, 1, MaskScore.Sensitivity));
        yield return Case("second tensor of another device", "tensors[1].Weights lies on device 4, the stream on device 0", s => GlobalMask.KeepLargest<float>(s, [new() { Weights = weights }, new() { Weights = new(0x20000, 8, 4) }], 1));
        yield return Case("odd weights", "tensors[0].Weights points to 0x10001", s => Mask(s, new() { Weights = new(0x10001, 8) }));
        yield return Case("threshold length", "threshold has 2 elements; it needs 1, or none", s => GlobalMask.KeepLargest<float>(s, [new() { Weights = weights }], 1, threshold: new(0x20000, 2)));
        yield return Case("threshold of float for double", "threshold holds Single for tensors of Double", s => GlobalMask.KeepLargest<double>(s, [new() { Weights = new(0x10000, 8) }], 1, MaskScore.Magnitude, new DeviceSpan<float>(0x20000, 1)));
    }

    private static IEnumerable<TestCaseData> Losses()
    {
        yield return Case("alpha", "Alpha is 1; it must be in (1, 8]", s => Loss(s, default, new() { Alpha = 1 }));
        yield return Case("smoothing", "LabelSmoothing is -1", s => Loss(s, default, new() { LabelSmoothing = -1 }));
        yield return Case("normaliser beyond fp32", "Normaliser is 1E-50, which fp32", s => Loss(s, default, new() { Normaliser = 1e-50 }));
        yield return Case("normaliser with sum", "a normaliser goes with Reduction.Mean only", s => Loss(s, default, new() { Reduction = Reduction.Sum }, new() { Normaliser = new(0x60000, 1) }));
        yield return Case("two normalisers", "inputs.Normaliser and options.Normaliser are both given", s => Loss(s, default, new() { Normaliser = 1 }, new() { Normaliser = new(0x60000, 1) }));
        yield return Case("no targets", "targets has 0 elements; it needs 2", s => FenchelYoung.Compute(s, s_rows, default, new DeviceFenchelYoungOutputs<float, float> { Losses = s_perRow }));
        yield return Case("targets of another device", "targets lies on device 3", s => FenchelYoung.Compute(s, s_rows, new DeviceSpan<long>(0x50000, Rows, 3), new DeviceFenchelYoungOutputs<float, float> { Losses = s_perRow }));
        yield return Case("alphas", "inputs.Alphas has 3 elements; it needs 2", s => Loss(s, default, default, new() { Alphas = new(0x60000, 3) }));
        yield return Case("class weights", "inputs.ClassWeights has 3 elements; it needs 4, V, one per column of logits", s => Loss(s, default, default, new() { ClassWeights = new(0x60000, 3) }));
        yield return Case("probabilities over the logits", "outputs.Probabilities overlaps logits; give it memory apart", s => Loss(s, new() { Probabilities = s_rows }));
        yield return Case("probabilities over the gradient", "outputs.Probabilities overlaps outputs.Gradient", s => Loss(s, new() { Probabilities = s_apart, Gradient = s_apart }));
        yield return Case("gradient shape", "outputs.Gradient is [2, 5]; it must be [2, 4], as logits", s => Loss(s, new() { Gradient = new(0x20000, Rows, 5, 5) }));
        yield return Case("loss", "outputs.Loss has 2 elements; it needs 1", s => Loss(s, new() { Loss = s_perRow }));
        yield return Case("query", "outputs.Losses has 3 elements", s => FenchelYoung.WorkspaceBytes(s, s_rows, s_targets, new DeviceFenchelYoungOutputs<float, float> { Losses = new(0x60000, 3) }));
    }

    [TestCaseSource(nameof(Maps))]
    [TestCaseSource(nameof(Masks))]
    [TestCaseSource(nameof(Losses))]
    public void WrongArgumentIsNamed(string says, object call)
    {
        using CudaDevice device = NativeFixture.Open();
        Assert.That(() => ((Call)call)(device.DefaultStream), Throws.InstanceOf<ArgumentException>().With.Message.Contains(says));
        device.DefaultStream.Synchronize();
    }

    [Test]
    public void NullStream_IsNamed() => Assert.Multiple(() =>
    {
        Assert.That(() => Apply(null!, s_rows, default), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("stream"));
        Assert.That(() => Gradient(null!, default, default), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("stream"));
        Assert.That(() => Loss(null!, default), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("stream"));
        Assert.That(() => Mask(null!, default), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("stream"));
        Assert.That(() => Projection.WorkspaceBytes(null!, RowMap.Sparsemax(), s_rows), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("stream"));
    });
}
