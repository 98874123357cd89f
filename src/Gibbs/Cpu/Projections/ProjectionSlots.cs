namespace Gibbs.Cpu.Projections;

/// <summary>Which slot of <see cref="ProjectionScratch"/> holds what, for the threshold maps; maps that use none of these share the numbers.</summary>
internal static class ProjectionSlots
{
    public const int Input = 0;
    public const int Result = 1;
    public const int Upstream = 2;
    public const int Offsets = 3;
    public const int Values = 4;
    public const int Indices = 5;
    public const int Selection = 6;
    public const int Narrow = 7;
    public const int Slopes = 8;
    public const int Lower = 9;
    public const int Upper = 10;
    public const int Column = 11;
}
