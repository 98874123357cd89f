namespace Gibbs;

/// <summary>Where a native failure that is no argument's fault came from.</summary>
public enum NativeErrorKind
{
    /// <summary>The CUDA driver reported an error; an error of earlier asynchronous work surfaces in a later call.</summary>
    Driver,

    /// <summary>The emulator found a deadlock, divergence or a missing barrier in a kernel.</summary>
    Emulator,

    /// <summary>A defect of the library itself.</summary>
    Internal,
}
