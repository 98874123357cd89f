using System.Runtime.CompilerServices;

using Gibbs.Interop;

using NUnit.Framework;

namespace Gibbs.Tests.Interop;

/// <summary>The managed mirrors against the C structs of the bound library, and against the header's layout.</summary>
[Category("Native")]
internal sealed class StructTests
{
    [Test]
    public unsafe void SizesAreTheLibrarys()
    {
        using CudaDevice device = NativeFixture.Open();
        Assert.Multiple(() =>
        {
            Assert.That(NativeMethods.gibbs_abi_version(), Is.EqualTo(NativeLoader.AbiVersion));
            Assert.That(NativeMethods.gibbs_runtime_kind(), Is.EqualTo((int)NativeRuntime.Kind));
            Assert.That(NativeMethods.gibbs_size_of((gibbs_struct)99), Is.EqualTo(-1));
            for (int which = 0; which < TinyLibrary.Sizes.Length; which++)
                Assert.That(NativeMethods.gibbs_size_of((gibbs_struct)which), Is.EqualTo(TinyLibrary.Sizes[which]), ((gibbs_struct)which).ToString());
        });
    }

    [Test]
    public unsafe void OffsetsAreTheHeaders()
    {
        // The C rules of gibbs.h by hand: 8-byte fields on multiples of 8.
        gibbs_softmax_cross_entropy block = default;
        byte* start = (byte*)&block;
        long[] offsets =
        [
            (byte*)&block.rows - start,
            (byte*)&block.logits - start,
            (byte*)&block.target_type - start,
            (byte*)&block.ignore_index - start,
            (byte*)&block.losses - start,
            (byte*)&block.workspace_bytes - start,
        ];
        Assert.Multiple(() =>
        {
            Assert.That(offsets, Is.EqualTo(new long[] { 8, 24, 24 + (12 * 8), 120 + (6 * 4), 144 + (11 * 8), 232 + (14 * 8) }));
            Assert.That(sizeof(gibbs_softmax_cross_entropy), Is.EqualTo(352));
            Assert.That(sizeof(gibbs_device_info), Is.EqualTo(184));
            Assert.That(Unsafe.SizeOf<RowStatistics<float>>(), Is.EqualTo(32));
            Assert.That(Unsafe.SizeOf<RowStatistics<double>>(), Is.EqualTo(48));
        });
    }

    [Test]
    public unsafe void OffsetsOfRowMapsAreTheHeaders()
    {
        gibbs_row_map map = default;
        gibbs_fenchel_young loss = default;
        gibbs_global_mask mask = default;
        gibbs_mask_tensor tensor = default;
        byte* m = (byte*)&map, l = (byte*)&loss;
        long[] maskOffsets = [(byte*)&mask.tensors - (byte*)&mask, (byte*)&tensor.length - (byte*)&tensor];
        long[] offsets =
        [
            (byte*)&map.map - m,
            (byte*)&map.parameter - m,
            (byte*)&map.input - m,
            (byte*)&map.group_offsets - m,
            (byte*)&map.output - m,
            (byte*)&map.row_offsets - m,
            (byte*)&map.result - m,
            (byte*)&map.gradient - m,
            (byte*)&map.workspace_bytes - m,
        ];
        long[] lossOffsets = [(byte*)&loss.logits - l, (byte*)&loss.target_type - l, (byte*)&loss.ignore_index - l, (byte*)&loss.losses - l, (byte*)&loss.workspace_bytes - l];
        Assert.Multiple(() =>
        {
            Assert.That(offsets, Is.EqualTo(new long[] { 24, 24 + (4 * 4), 40 + (4 * 8), 72 + (9 * 8), 144 + (4 * 8), 176 + (12 * 8), 272 + (4 * 8), 304 + (5 * 8), 344 + (6 * 8) }));
            Assert.That(lossOffsets, Is.EqualTo(new long[] { 24, 24 + (7 * 8), 80 + (4 * 4), 96 + (4 * 8), 128 + (11 * 8) }));
            Assert.That(maskOffsets, Is.EqualTo(new long[] { 16, 4 * 8 }));
            Assert.That(sizeof(gibbs_row_map), Is.EqualTo(400));
            Assert.That(sizeof(gibbs_fenchel_young), Is.EqualTo(224));
            Assert.That(sizeof(gibbs_global_mask), Is.EqualTo(64));
            Assert.That(sizeof(gibbs_mask_tensor), Is.EqualTo(40));
        });
    }

    [Test]
    public void DescribeSaysWhatIsBound()
    {
        using CudaDevice device = NativeFixture.Open();
        string text = NativeRuntime.Describe();
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain($"native library: {NativeRuntime.LibraryPath} ({NativeRuntime.Kind})"));
            Assert.That(text, Does.Contain($"build: {NativeRuntime.BuildInfo}"));
            Assert.That(text, Does.Contain($"  0: {device.Info}"));
            Assert.That(text, Does.Contain("(loaded)"));
        });
    }
}
