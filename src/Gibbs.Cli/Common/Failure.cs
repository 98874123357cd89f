using System;

namespace Gibbs.Cli;

/// <summary>What the command could not do, as one line for stderr; exit code 1.</summary>
internal sealed class Failure(string message) : Exception(message);

/// <summary>A command line that means nothing, as one line for stderr; exit code 2.</summary>
internal sealed class UsageFailure(string message) : Exception(message);
