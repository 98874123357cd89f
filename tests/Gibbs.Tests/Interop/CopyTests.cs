using System;
using System.Linq;
using System.Threading.Tasks;

using NUnit.Framework;

namespace Gibbs.Tests.Interop;

/// <summary>Copies of every direction, views of device memory and what they refuse.</summary>
[Category("Native")]
internal sealed class CopyTests
{
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
    public void SlicesAreCopiedWhereTheyLie()
    {
        using DeviceBuffer<short> buffer = _stream.Upload<short>([.. Enumerable.Range(0, 100).Select(i => (short)i)]);
        short[] part = new short[5];
        _stream.Copy(buffer.Span.Slice(40, 5), part);
        Assert.That(part, Is.EqualTo(new short[] { 40, 41, 42, 43, 44 }));
        _stream.Copy<short>([-1, -2], buffer.Span.Slice(98, 2));
        _stream.EnqueueCopy(buffer.Span.Slice(96, 4), buffer.Span.Slice(0, 4));
        _stream.EnqueueFill(buffer.Span.Slice(4, 2));
        Assert.That(buffer.ToArray()[..7], Is.EqualTo(new short[] { 96, 97, -1, -2, 0, 0, 6 }));
    }

    [Test]
    public void PinnedMemory_GoesThereAndBack_Asynchronously()
    {
        using HostBuffer<float> host = _device.AllocateHost<float>(1000);
        using HostBuffer<float> back = _device.AllocateHost<float>(1000);
        using DeviceBuffer<float> buffer = _stream.Allocate<float>(600);
        for (int i = 0; i < 1000; i++)
            host.Span[i] = i;
        back.Span.Clear();
        _stream.EnqueueCopy(host, buffer.Span, start: 300);
        _stream.EnqueueCopy(buffer.Span.Slice(100, 500), back, start: 10);
        _stream.Synchronize();
        Assert.Multiple(() =>
        {
            Assert.That(back.Span[9], Is.Zero);
            Assert.That(back.Span[10], Is.EqualTo(400));
            Assert.That(back.Span[509], Is.EqualTo(899));
            Assert.That(back.Span[510], Is.Zero);
            Assert.That(back.Slice(10, 2).ToArray(), Is.EqualTo(new float[] { 400, 401 }));
        });
        Assert.That(() => _stream.EnqueueCopy(host, buffer.Span, start: 401), Throws.InstanceOf<ArgumentOutOfRangeException>());
        host.Dispose();
        Assert.That(() => host.Span.Length, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => _stream.EnqueueCopy(host, buffer.Span), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void WrongLengthsAndDevicesAreRefused()
    {
        using DeviceBuffer<int> buffer = _stream.Upload<int>([1, 2, 3]);
        DeviceSpan<int> elsewhere = new(buffer.Span.Pointer, 3, device: 5);
        Assert.Multiple(() =>
        {
            Assert.That(() => _stream.Copy<int>([1], buffer.Span), Throws.ArgumentException.With.Message.Contains("1 elements and the destination 3"));
            Assert.That(() => _stream.Copy(buffer.Span, new int[4]), Throws.ArgumentException.With.Message.Contains("3 elements and the destination 4"));
            Assert.That(() => _stream.Copy(elsewhere, new int[3]), Throws.ArgumentException.With.Message.Contains("source lies on device 5, the stream on device 0"));
            Assert.That(() => _stream.Copy<int>([1, 2, 3], elsewhere), Throws.ArgumentException.With.Message.Contains("destination lies on device 5"));
            Assert.That(() => _stream.EnqueueFill(elsewhere), Throws.ArgumentException);
            Assert.That(() => _stream.Copy(new DeviceSpan<int>(0, 3), new int[3]), Throws.ArgumentException.With.Message.Contains("null pointer"));
        });
    }

    [Test]
    public void ViewsRefuseWhatDoesNotFit()
    {
        DeviceSpan<float> view = new(0x1000, 100, 1);
        DeviceSpan2D<float> rows = view.AsRows(9, 8, 11);
        Assert.Multiple(() =>
        {
            Assert.That(view.Slice(10, 90), Is.EqualTo(new DeviceSpan<float>(0x1000 + 40, 90, 1)));
            Assert.That(() => view.Slice(10, 91), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => view.Slice(-1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => view.Slice(1, long.MaxValue), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That((rows.Rows, rows.Columns, rows.Stride, rows.Device), Is.EqualTo((9L, 8L, 11L, 1)));
            Assert.That(rows.Slice(2, 3), Is.EqualTo(new DeviceSpan2D<float>(0x1000 + (2 * 11 * 4), 3, 8, 11, 1)));
            Assert.That(() => rows.Slice(7, 3), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => view.AsRows(10, 10, 11), Throws.ArgumentException.With.Message.Contains("do not fit in 100"));
            Assert.That(view.AsRows(10, 10).Stride, Is.EqualTo(10));
            Assert.That(() => view.AsRows(long.MaxValue, 1, long.MaxValue), Throws.ArgumentException);
            Assert.That(() => new DeviceSpan2D<float>(0x1000, 2, 3, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new DeviceSpan<float>(0x1000, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void EightThreadsEachOnAStream_ReadWhatTheyWrote() => Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
    {
        using CudaStream stream = _device.CreateStream();
        for (int i = 0; i < 100; i++)
        {
            int[] wrote = [thread, i, thread * i];
            using DeviceBuffer<int> buffer = stream.Upload<int>(wrote);
            Assert.That(buffer.ToArray(), Is.EqualTo(wrote));
        }
    });
}
