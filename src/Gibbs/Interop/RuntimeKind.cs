namespace Gibbs;

/// <summary>Which of the two native libraries a process binds.</summary>
public enum RuntimeKind
{
    /// <summary><c>libgibbs</c>: NVIDIA GPUs through the CUDA driver.</summary>
    Cuda = 1,

    /// <summary><c>libgibbs_emulated</c>: the same kernels, thread by thread on the CPU; for tests, not for speed.</summary>
    Emulated = 2,
}
