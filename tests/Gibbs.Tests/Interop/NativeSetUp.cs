using Gibbs.Tests.Interop;

using NUnit.Framework;

namespace Gibbs.Tests;

/// <summary>Before any test: the process chooses its native library, so that no test's order decides it.</summary>
[SetUpFixture]
internal sealed class NativeSetUp
{
    [OneTimeSetUp]
    public void Bind() => NativeFixture.Bind();
}
