using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

using NUnit.Framework;

namespace Gibbs.Tests.Interop;

/// <summary>Devices, streams, memory and events: whoever goes first, from whatever thread, nothing fails and nothing stays.</summary>
[Category("Native")]
internal sealed class DeviceTests
{
    private CudaDevice _device = null!;

    [SetUp]
    public void SetUp() => _device = NativeFixture.Open();

    [TearDown]
    public void TearDown() => _device?.Dispose();

    [Test]
    public void InfoIsFilled()
    {
        CudaDeviceInfo info = _device.Info;
        Assert.Multiple(() =>
        {
            Assert.That(_device.Ordinal, Is.Zero);
            Assert.That(info.Ordinal, Is.Zero);
            Assert.That(info.Name, Is.Not.Empty.And.EqualTo(_device.Name));
            Assert.That(info.Multiprocessors, Is.Positive);
            Assert.That(info.TotalMemory, Is.Positive);
            Assert.That(info.ComputeCapability.Major, Is.AtLeast(8));
            Assert.That(info.SharedMemoryPerBlock, Is.AtLeast(48 * 1024));
            Assert.That(info.IsEmulated, Is.EqualTo(NativeRuntime.Kind == RuntimeKind.Emulated));
            Assert.That(info.DriverVersion.Major, info.IsEmulated ? Is.Zero : Is.AtLeast(12));
            Assert.That(CudaDevice.UnavailableReason, Is.Null);
        });
    }

    [Test]
    public void OrdinalOutsideTheRange_Throws([Values(-1, 1000)] int ordinal) =>
        Assert.That(() => CudaDevice.Open(ordinal), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("the ordinal is in [0, "));

    [Test]
    public void OpeningIsCounted()
    {
        CudaDevice second = CudaDevice.Open();
        second.Dispose();
        second.Dispose();
        using CudaStream stream = _device.CreateStream();
        using DeviceBuffer<int> buffer = stream.Upload<int>([1, 2, 3]);
        Assert.That(buffer.ToArray(), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(() => second.CreateStream(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => second.DefaultStream.Synchronize(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void BuffersOutliveStreamAndDevice()
    {
        CudaDevice device = CudaDevice.Open();
        CudaStream stream = device.CreateStream();
        DeviceBuffer<double> buffer = stream.Upload<double>([1.5]);
        DeviceBuffer<double> onDefault = device.DefaultStream.Upload<double>([2.5]);
        Assert.That(device.LiveBytes, Is.EqualTo(16));
        stream.Dispose();
        device.Dispose();
        double[] read = new double[1];
        _device.DefaultStream.Copy(buffer.Span, read);
        Assert.That(read[0], Is.EqualTo(1.5));
        Assert.That(() => buffer.ToArray(), Throws.InstanceOf<ObjectDisposedException>(), "its stream is gone");
        buffer.Dispose();
        onDefault.Dispose();
        buffer.Dispose();
        Assert.That(device.LiveBytes, Is.Zero);
        Assert.That(() => buffer.Span, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void ForeignStream_MayGoBeforeItsBuffers()
    {
        using CudaStream owner = _device.CreateStream();
        CudaStream wrapper = _device.WrapStream(owner.Handle);
        DeviceBuffer<int> buffer = wrapper.Upload<int>([4, 5]);
        Assert.That(wrapper.Handle, Is.EqualTo(owner.Handle));
        Assert.That(buffer.ToArray(), Is.EqualTo(new[] { 4, 5 }));
        wrapper.Dispose();
        owner.Synchronize();
        owner.Dispose();
        buffer.Dispose();
        Assert.That(_device.LiveBytes, Is.Zero);
    }

    [Test]
    public void DefaultStream_IsZero_AndDisposingItDoesNothing()
    {
        Assert.That(_device.DefaultStream.Handle, Is.EqualTo((nint)0));
        _device.DefaultStream.Dispose();
        _device.DefaultStream.Synchronize();
    }

    [Test]
    public void DisposedStream_SaysSo()
    {
        CudaStream stream = _device.CreateStream();
        stream.Dispose();
        stream.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(stream.Synchronize, Throws.InstanceOf<ObjectDisposedException>());
            Assert.That(() => stream.Allocate<int>(1), Throws.InstanceOf<ObjectDisposedException>());
            Assert.That(() => stream.Handle, Throws.InstanceOf<ObjectDisposedException>());
        });
    }

    [Test]
    public void TenThousandBuffers_LeaveNothing()
    {
        using CudaStream stream = _device.CreateStream();
        for (int i = 0; i < 10_000; i++)
        {
            using DeviceBuffer<byte> buffer = stream.Allocate<byte>(i % 4096);
            Assert.That(_device.LiveBytes, Is.EqualTo(i % 4096));
        }

        Assert.That(_device.LiveBytes, Is.Zero);
    }

    [Test]
    public void BuffersDisposedOnOtherThreads_LeaveNothing()
    {
        using CudaStream stream = _device.CreateStream();
        DeviceBuffer<long>[] buffers = [.. Enumerable.Range(0, 500).Select(i => stream.Allocate<long>(i))];
        Assert.That(_device.LiveBytes, Is.EqualTo(8L * 499 * 500 / 2));

        // Each twice, from several threads: once counts.
        Parallel.For(0, 1000, i => buffers[i / 2].Dispose());
        Assert.That(_device.LiveBytes, Is.Zero);
    }

    [Test]
    public void CollectedObjects_AreFreed()
    {
        Abandon();
        for (int i = 0; i < 20 && _device.LiveBytes != 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.That(_device.LiveBytes, Is.Zero);
        _device.DefaultStream.Synchronize();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Abandon()
    {
        for (int i = 0; i < 50; i++)
        {
            // The stream goes with its buffer, in whatever order the collector takes them.
            CudaStream stream = _device.CreateStream();
            _ = stream.Allocate<int>(100 + i);
            _ = _device.CreateEvent();
            _ = _device.AllocateHost<int>(10);
        }

        Assert.That(_device.LiveBytes, Is.Positive);
    }

    [Test]
    public void StreamDisposedWhileOthersUseIt_IsObjectDisposedAtWorst()
    {
        for (int round = 0; round < 20; round++)
        {
            CudaStream stream = _device.CreateStream();
            using Barrier start = new(4);
            Task[] users = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                start.SignalAndWait();
                for (int i = 0; i < 200; i++)
                {
                    try
                    {
                        using DeviceBuffer<int> buffer = stream.Upload<int>([i]);
                    }
                    catch (ObjectDisposedException)
                    {
                        return;
                    }
                }
            }))];
            start.SignalAndWait();
            stream.Dispose();
            Task.WaitAll(users);
            Assert.That(_device.LiveBytes, Is.Zero);
        }
    }

    [Test]
    public void TooMuchMemory_IsDeviceMemoryException()
    {
        using CudaStream stream = _device.CreateStream();

        // Emulated memory is the host's, which may promise more than it has.
        long tooMuch = _device.IsEmulated ? 1L << 60 : 4 * _device.Info.TotalMemory;
        Assert.That(() => stream.Allocate<byte>(tooMuch), Throws.InstanceOf<DeviceMemoryException>().And.InstanceOf<OutOfMemoryException>());
        Assert.That(() => stream.Allocate<double>(long.MaxValue), Throws.InstanceOf<OverflowException>());
        Assert.That(() => stream.Allocate<double>(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(_device.LiveBytes, Is.Zero);
        using DeviceBuffer<int> after = stream.Upload<int>([7]);
        Assert.That(after.ToArray(), Is.EqualTo(new[] { 7 }), "the stream goes on");
    }

    [Test]
    public void EmptyBuffer_IsEmpty()
    {
        using DeviceBuffer<int> buffer = _device.DefaultStream.Allocate<int>(0);
        Assert.That(buffer.Span.IsEmpty, Is.True);
        Assert.That(buffer.ToArray(), Is.Empty);
        using HostBuffer<int> host = _device.AllocateHost<int>(0);
        Assert.That(host.Span.IsEmpty, Is.True);
    }

    [Test]
    public void Events_MeasureOrderedTime()
    {
        using CudaStream stream = _device.CreateStream();
        using CudaEvent begin = _device.CreateEvent();
        using CudaEvent end = _device.CreateEvent();
        using DeviceBuffer<byte> buffer = stream.Allocate<byte>(1 << 20);
        begin.Record(stream);
        stream.EnqueueFill(buffer.Span, 3);
        end.Record(stream);
        end.Synchronize();
        Assert.That(end.MillisecondsSince(begin), Is.GreaterThanOrEqualTo(0).And.LessThan(60_000));
        end.Dispose();
        Assert.That(() => end.Record(stream), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void PointersKnowTheirDevice()
    {
        using DeviceBuffer<int> buffer = _device.DefaultStream.Allocate<int>(16);
        Assert.That(CudaDevice.OwnerOf(buffer.Span.Pointer), Is.Zero);
        Assert.That(CudaDevice.OwnerOf(0), Is.Null);
    }
}
