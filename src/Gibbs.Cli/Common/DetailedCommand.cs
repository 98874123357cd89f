using System.CommandLine;

namespace Gibbs.Cli;

/// <summary>A command whose own help says more than the line that the list of commands shows.</summary>
internal sealed class DetailedCommand(string name, string summary, string details) : Command(name, summary)
{
    /// <summary>Makes the description the long one: the command is the one being asked about.</summary>
    public void ShowDetails() => Description = $"{Description}\n{details}";
}
