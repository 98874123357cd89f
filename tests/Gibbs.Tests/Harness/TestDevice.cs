using System;

namespace Gibbs.Tests.Harness;

/// <summary>Somewhere that the operation can run: memory, and a call on it.</summary>
internal abstract class TestDevice
{
    public abstract string Name { get; }

    /// <summary>Whether regimes mean anything here.</summary>
    public virtual bool HasRegimes => false;

    /// <summary>Whether the reduced scalars are outputs in memory (true) or the return value (false).</summary>
    public virtual bool ScalarsInMemory => false;

    /// <summary>Memory of its own for these bytes, 256-byte aligned, ending where they end.</summary>
    public abstract Placement Place(byte[] bytes);

    /// <summary>Runs the call and waits for it.</summary>
    public abstract CrossEntropyResult Run(RawCall call);
}

/// <summary>Memory on a device that lives until it is disposed.</summary>
internal abstract class Placement : IDisposable
{
    public abstract nint Address { get; }

    public abstract byte[] Fetch();

    public abstract void Dispose();
}
