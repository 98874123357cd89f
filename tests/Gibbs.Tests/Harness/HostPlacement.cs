using System;
using System.Runtime.InteropServices;

namespace Gibbs.Tests.Harness;

internal sealed unsafe class HostPlacement : Placement
{
    private readonly int _length;
    private void* _pointer;

    public HostPlacement(byte[] bytes)
    {
        _length = bytes.Length;
        _pointer = NativeMemory.AlignedAlloc((nuint)Math.Max(_length, 1), 256);
        bytes.CopyTo(new Span<byte>(_pointer, _length));
    }

    public override nint Address => (nint)_pointer;

    public override byte[] Fetch() => new ReadOnlySpan<byte>(_pointer, _length).ToArray();

    public override void Dispose()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
