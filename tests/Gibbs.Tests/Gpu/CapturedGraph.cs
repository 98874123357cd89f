using System;
using System.Runtime.InteropServices;

using NUnit.Framework;

namespace Gibbs.Tests.Gpu;

/// <summary>Capture of a stream into a CUDA graph through the driver API, as another library in the process would do it.</summary>
internal sealed unsafe partial class CapturedGraph : IDisposable
{
    private const string Driver = "libcuda.so.1";
    private const int ThreadLocalCapture = 1;

    private readonly nint _stream;
    private readonly nint _context;
    private nint _graph;
    private nint _executable;

    private CapturedGraph(CudaStream stream)
    {
        _stream = stream.Handle;
        Check(cuDevicePrimaryCtxRetain(out _context, stream.Device.Ordinal));
        Check(cuCtxPushCurrent_v2(_context));
        Check(cuStreamBeginCapture_v2(_stream, ThreadLocalCapture));
    }

    public static CapturedGraph Begin(CudaStream stream) => new(stream);

    public void End()
    {
        Check(cuStreamEndCapture(_stream, out _graph));
        Check(cuGraphInstantiateWithFlags(out _executable, _graph, 0));
    }

    public void Launch() => Check(cuGraphLaunch(_executable, _stream));

    public void Dispose()
    {
        if (_executable != 0)
            Check(cuGraphExecDestroy(_executable));
        if (_graph != 0)
            Check(cuGraphDestroy(_graph));
        Check(cuCtxPopCurrent_v2(out _));
    }

    private static void Check(int result) => Assert.That(result, Is.Zero, "CUresult");

    [LibraryImport(Driver)]
    private static partial int cuDevicePrimaryCtxRetain(out nint context, int device);

    [LibraryImport(Driver)]
    private static partial int cuCtxPushCurrent_v2(nint context);

    [LibraryImport(Driver)]
    private static partial int cuCtxPopCurrent_v2(out nint context);

    [LibraryImport(Driver)]
    private static partial int cuStreamBeginCapture_v2(nint stream, int mode);

    [LibraryImport(Driver)]
    private static partial int cuStreamEndCapture(nint stream, out nint graph);

    [LibraryImport(Driver)]
    private static partial int cuGraphInstantiateWithFlags(out nint executable, nint graph, ulong flags);

    [LibraryImport(Driver)]
    private static partial int cuGraphLaunch(nint executable, nint stream);

    [LibraryImport(Driver)]
    private static partial int cuGraphExecDestroy(nint executable);

    [LibraryImport(Driver)]
    private static partial int cuGraphDestroy(nint graph);
}
