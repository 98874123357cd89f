using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace Gibbs.Cli;

/// <summary>
/// The output files of a command: all or none. Each is written to a temporary file beside its place, opened before any work is done, so that a path that cannot be
/// written fails early; <see cref="Commit"/> moves them into place. What is not committed is removed, on failure and on Ctrl-C.
/// </summary>
internal sealed class OutputFiles : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Temporaries = [];
    private static bool s_stopped;

    private readonly List<Output> _outputs = [];

    /// <summary>Removes the temporary files of every command under way, and lets none be made or moved any more: for a signal handler.</summary>
    public static void Stop()
    {
        lock (Gate)
        {
            s_stopped = true;
            foreach (string path in Temporaries)
                TryDelete(path);
            Temporaries.Clear();
        }
    }

    /// <summary>Opens the temporary file of an output.</summary>
    /// <param name="path">As the user named it.</param>
    /// <param name="write">Writes the contents, when they are there.</param>
    public void Add(string path, Action<Stream> write)
    {
        try
        {
            string full = Path.GetFullPath(path);
            // Through a symbolic link to its target: a move would replace the link.
            if (!IsDevice(full) && new FileInfo(full).LinkTarget is not null)
                full = File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
            if (Directory.Exists(full))
                throw new Failure($"{path}: is a folder, not a file to write");
            if (_outputs.Exists(output => output.Final == full))
                throw new UsageFailure($"{path}: is given for more than one output");
            if (IsDevice(full))
            {
                _outputs.Add(new(path, full, null, new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0), write));
                return;
            }

            // Same folder: a move within a file system is one step.
            string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Environment.ProcessId}-{_outputs.Count}.tmp");
            FileStream stream;
            lock (Gate)
            {
                ThrowIfStopped();
                stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
                Temporaries.Add(temporary);
            }

            _outputs.Add(new(path, full, temporary, stream, write));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw CannotWrite(path, exception);
        }
    }

    /// <summary>Writes the contents and moves every file into place. Where a move fails, those moved before it to places that held no file are removed again.</summary>
    public void Commit()
    {
        foreach (Output output in _outputs)
        {
            try
            {
                output.Write(output.Stream);
                output.Stream.Dispose();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw CannotWrite(output.Path, exception);
            }
        }

        List<string> created = [];
        lock (Gate)
        {
            ThrowIfStopped();
            foreach (Output output in _outputs)
            {
                if (output.Temporary is null)
                    continue;
                try
                {
                    bool existed = File.Exists(output.Final);
                    File.Move(output.Temporary, output.Final, overwrite: true);
                    Temporaries.Remove(output.Temporary);
                    if (!existed)
                        created.Add(output.Final);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    created.ForEach(TryDelete);
                    throw CannotWrite(output.Path, exception);
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (Output output in _outputs)
        {
            try
            {
                output.Stream.Dispose();
            }
            catch (IOException)
            {
                // A full disk, reported where it was written to.
            }

            lock (Gate)
            {
                if (output.Temporary is not null && Temporaries.Remove(output.Temporary))
                    TryDelete(output.Temporary);
            }
        }
    }

    private static void ThrowIfStopped()
    {
        if (s_stopped)
            throw new Failure("stopped");
    }

    // /dev/null, /dev/stdout: written to as they are. /dev/shm holds ordinary files.
    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows()
        && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal))
        && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    private static Failure CannotWrite(string path, Exception exception) => new(
        exception is DirectoryNotFoundException
            ? $"{path}: cannot be written: its folder does not exist"
            : $"{path}: cannot be written: {exception.Message}");

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nothing more can be done, and the reason why the command failed matters more.
        }
    }

    private sealed record Output(string Path, string Final, string? Temporary, FileStream Stream, Action<Stream> Write);
}
