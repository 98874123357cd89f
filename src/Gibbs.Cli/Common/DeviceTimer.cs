using System;

namespace Gibbs.Cli;

/// <summary>Milliseconds of what is enqueued between its making and <see cref="Stop"/>, by the device's clock.</summary>
internal sealed class DeviceTimer : IDisposable
{
    private readonly CudaStream _stream;
    private readonly CudaEvent _begin;
    private readonly CudaEvent _end;

    public DeviceTimer(CudaStream stream)
    {
        _stream = stream;
        _begin = stream.Device.CreateEvent();
        _end = stream.Device.CreateEvent();
        _begin.Record(stream);
    }

    /// <summary>Waits for the work.</summary>
    public double Stop()
    {
        _end.Record(_stream);
        return _end.MillisecondsSince(_begin);
    }

    public void Dispose()
    {
        _begin.Dispose();
        _end.Dispose();
    }
}
