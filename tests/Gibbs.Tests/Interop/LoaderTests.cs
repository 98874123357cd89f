using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;

using Gibbs.Interop;

using NUnit.Framework;

namespace Gibbs.Tests.Interop;

/// <summary>Which library a process binds, and what it says when it can bind none: each case a process of its own.</summary>
[Category("Loader")]
[Parallelizable(ParallelScope.None)]
internal sealed class LoaderTests
{
    private Probe _probe = null!;

    [SetUp]
    public void SetUp() => _probe = new Probe();

    [TearDown]
    public void TearDown() => _probe.Dispose();

    private string Beside(RuntimeKind kind) => Path.Combine(_probe.Folder, NativeLoader.FileName(kind));

    private string Packaged(RuntimeKind kind) => Path.Combine(_probe.Folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", NativeLoader.FileName(kind));

    [Test]
    public void MissingLibrary_IsNoDevice_AndTheReasonSaysWhatWasTriedAndHowToBuild()
    {
        List<string> answers = _probe.Run(null, "available", "path", "kind", "count", "open", "describe");
        Assert.That(answers[0], Is.EqualTo("False"));
        Assert.That(answers[1], Is.EqualTo("none"));
        Assert.That(answers[2], Is.EqualTo("Cuda"));
        Assert.That(answers[3], Does.StartWith("0|no native library for Cuda").And.Contains(Packaged(RuntimeKind.Cuda)).And.Contains(Beside(RuntimeKind.Cuda)));
        Assert.That(answers[3], Does.Contain("GIBBS_NATIVE_LIBRARY").And.Contains("cmake --preset ci && cmake --build --preset ci"));
        Assert.That(answers[4], Does.StartWith("DeviceUnavailableException|no native library for Cuda"));
        Assert.That(answers[5], Does.Contain($"{Beside(RuntimeKind.Cuda)} (no such file)"));
    }

    [Test]
    public void SpansNeedNoLibrary() => Assert.That(_probe.Run(null, "log-sum-exp", "available"), Is.EqualTo(new[] { "0.6931", "False" }));

    [Test]
    public void VariablePointingNowhere_IsTheError_EvenWhereALibraryLies()
    {
        TinyLibrary.Build(Beside(RuntimeKind.Cuda), RuntimeKind.Cuda);
        string nowhere = Path.Combine(_probe.Folder, "nowhere.so");
        List<string> answers = _probe.Run(nowhere, "count", "open", "use-cuda", "available");
        Assert.That(answers[0], Does.StartWith($"0|GIBBS_NATIVE_LIBRARY names {nowhere}: no such file"));
        Assert.That(answers[1], Does.StartWith("DeviceUnavailableException|GIBBS_NATIVE_LIBRARY"));
        Assert.That(answers[2], Is.EqualTo("ok"));
        Assert.That(answers[3], Is.EqualTo("False"));
    }

    [Test]
    public void VariableDecidesTheRuntime_AndTheOtherIsAnError()
    {
        string path = Path.Combine(_probe.Folder, "elsewhere", "any-name.so");
        TinyLibrary.Build(path, RuntimeKind.Emulated);
        TinyLibrary.Build(Beside(RuntimeKind.Cuda), RuntimeKind.Cuda);
        List<string> answers = _probe.Run(path, "kind", "path", "use-emulated", "use-cuda", "count");
        Assert.That(answers[0], Is.EqualTo("Emulated"));
        Assert.That(answers[1], Is.EqualTo(path));
        Assert.That(answers[2], Is.EqualTo("ok"));
        Assert.That(answers[3], Does.StartWith("InvalidOperationException|Cuda was asked for, and this process is bound to Emulated").And.Contains(path));
        Assert.That(answers[4], Is.EqualTo("0|a tiny library has no device"));
        Assert.That(_probe.Run(path, "use-cuda")[0], Does.StartWith("InvalidOperationException|"), "also as the first call");
    }

    [Test]
    public void AskingForTheOtherRuntimeLater_IsAnError()
    {
        TinyLibrary.Build(Beside(RuntimeKind.Cuda), RuntimeKind.Cuda);
        TinyLibrary.Build(Beside(RuntimeKind.Emulated), RuntimeKind.Emulated);
        List<string> answers = _probe.Run(null, "use-emulated", "count", "use-cuda", "use-emulated", "kind");
        Assert.That(answers[0], Is.EqualTo("ok"));
        Assert.That(answers[2], Does.StartWith("InvalidOperationException|Cuda was asked for"));
        Assert.That(answers[3], Is.EqualTo("ok"));
        Assert.That(answers[4], Is.EqualTo("Emulated"));
        answers = _probe.Run(null, "count", "use-emulated", "kind");
        Assert.That(answers[1], Does.StartWith("InvalidOperationException|Emulated was asked for"), "without a word the runtime is cuda");
        Assert.That(answers[2], Is.EqualTo("Cuda"));
    }

    [Test]
    public void AMissingRuntimeMayBeLeftForTheOther()
    {
        TinyLibrary.Build(Beside(RuntimeKind.Emulated), RuntimeKind.Emulated);
        List<string> answers = _probe.Run(null, "use-cuda", "available", "use-emulated", "available", "kind");
        Assert.That(answers, Is.EqualTo(new[] { "ok", "False", "ok", "True", "Emulated" }));
    }

    [Test]
    public void SearchOrder_PackagedThenBesideThenAddedFolders()
    {
        string added = Path.Combine(_probe.Folder, "added");
        string inAdded = Path.Combine(added, NativeLoader.FileName(RuntimeKind.Cuda));
        TinyLibrary.Build(inAdded, RuntimeKind.Cuda);
        Assert.That(_probe.Run(null, "available", $"add:{added}", "path"), Is.EqualTo(new[] { "False", "ok", inAdded }), "a folder added after a failure counts");
        TinyLibrary.Build(Beside(RuntimeKind.Cuda), RuntimeKind.Cuda);
        Assert.That(_probe.Run(null, $"add:{added}", "path")[1], Is.EqualTo(Beside(RuntimeKind.Cuda)));
        TinyLibrary.Build(Packaged(RuntimeKind.Cuda), RuntimeKind.Cuda);
        List<string> answers = _probe.Run(null, $"add:{added}", "path", $"add:{added}", "add:relative");
        Assert.That(answers[1], Is.EqualTo(Packaged(RuntimeKind.Cuda)));
        Assert.That(answers[2], Does.StartWith("InvalidOperationException|"), "too late: a library is bound");
        Assert.That(answers[3], Does.StartWith("ArgumentException|'relative' is relative"));
    }

    [Test]
    public void WrongAbiVersion_IsAClearError_AndNoOtherLibraryIsTaken()
    {
        TinyLibrary.Build(Packaged(RuntimeKind.Cuda), RuntimeKind.Cuda, abi: NativeLoader.AbiVersion + 1);
        TinyLibrary.Build(Beside(RuntimeKind.Cuda), RuntimeKind.Cuda);
        string answer = _probe.Run(null, "open")[0];
        Assert.That(answer, Does.StartWith("DeviceUnavailableException|").And.Contains(Packaged(RuntimeKind.Cuda)));
        Assert.That(answer, Does.Contain($"its ABI version is {NativeLoader.AbiVersion + 1}, this assembly speaks {NativeLoader.AbiVersion}"));
    }

    [Test]
    public void LibraryWithoutAbiVersion_IsNotGibbs()
    {
        TinyLibrary.Build(Beside(RuntimeKind.Cuda), RuntimeKind.Cuda, flags: ["-DWITHOUT_ABI_VERSION"]);
        Assert.That(_probe.Run(null, "open")[0], Does.Contain("it has no gibbs_abi_version: not a Gibbs native library"));
    }

    [Test]
    public void LibraryWithoutSizes_DoesNotFit()
    {
        TinyLibrary.Build(Beside(RuntimeKind.Cuda), RuntimeKind.Cuda, flags: ["-DWITHOUT_SIZES"]);
        Assert.That(_probe.Run(null, "open")[0], Does.Contain("it lacks gibbs_size_of"));
    }

    [Test]
    public void WrongStructSize_NamesTheStruct([Range(0, 3)] int which)
    {
        int[] sizes = TinyLibrary.Sizes;
        sizes[which] += 8;
        TinyLibrary.Build(Beside(RuntimeKind.Cuda), RuntimeKind.Cuda, sizes: sizes);
        Assert.That(_probe.Run(null, "open")[0], Does.Contain($"{(gibbs_struct)which} has {sizes[which]} bytes there and {sizes[which] - 8} here"));
    }

    [Test]
    public void WrongRuntimeBehindAName_IsAnError()
    {
        TinyLibrary.Build(Beside(RuntimeKind.Cuda), RuntimeKind.Emulated);
        Assert.That(_probe.Run(null, "open")[0], Does.Contain("holds the Emulated runtime where its name says Cuda"));
        TinyLibrary.Build(Beside(RuntimeKind.Cuda), (RuntimeKind)7);
        Assert.That(_probe.Run(null, "open")[0], Does.Contain("gibbs_runtime_kind is 7"));
    }

    [Test]
    public void MissingDependency_IsNamedInTheLoadersWords()
    {
        string needed = Path.Combine(_probe.Folder, "libneeded_by_the_test.so");
        string source = Path.Combine(_probe.Folder, "needed.c");
        File.WriteAllText(source, "__attribute__((visibility(\"default\"))) int gibbs_test_function_of_the_missing_library(void) { return 0; }");
        TinyLibrary.Compile(source, needed, []);
        TinyLibrary.Build(Beside(RuntimeKind.Cuda), RuntimeKind.Cuda, flags: ["-DNEEDS", needed]);
        File.Delete(needed);
        Assert.That(_probe.Run(null, "open")[0], Does.StartWith("DeviceUnavailableException|").And.Contains("does not load").And.Contains("libneeded_by_the_test.so"));
    }

    [Test]
    public void FileThatIsNoLibrary_SaysSo()
    {
        File.WriteAllText(Beside(RuntimeKind.Cuda), "no library");
        Assert.That(_probe.Run(null, "open")[0], Does.StartWith("DeviceUnavailableException|").And.Contains("does not load"));
    }

    [Test]
    public void DescribeMayBeTheFirstCall()
    {
        TinyLibrary.Build(Beside(RuntimeKind.Cuda), RuntimeKind.Cuda);
        string answer = _probe.Run(null, "describe")[0];
        Assert.That(answer, Does.StartWith($"native library: {Beside(RuntimeKind.Cuda)} (Cuda)\tABI: {NativeLoader.AbiVersion}\tbuild: a tiny library of the tests\tdevices: 0 (a tiny library has no device)"));
        Assert.That(answer, Does.Contain($"{Beside(RuntimeKind.Cuda)} (loaded)"));
    }

    [Test]
    public void EveryEntryBinds() => Assert.That(_probe.Run(null, "owner")[0], Does.StartWith("DeviceUnavailableException|"));

    [Test]
    public void CudaLibraryWithoutADriver_LoadsAndReportsNoDevice()
    {
        string? path = NativeFixture.Built(RuntimeKind.Cuda);
        if (path is null)
            Assert.Ignore("libgibbs is not built in build/native/lib");
        List<string> answers = _probe.Run(path, "available", "kind", "count", "open");
        Assert.That(answers[0], Is.EqualTo("True"));
        Assert.That(answers[1], Is.EqualTo("Cuda"));
        if (!answers[2].StartsWith("0|", System.StringComparison.Ordinal))
            Assert.Ignore("this machine has a CUDA device");
        Assert.That(answers[2], Has.Length.GreaterThan(2), "a reason");
        Assert.That(answers[3], Is.EqualTo($"DeviceUnavailableException|{answers[2][2..]}"));
    }
}
