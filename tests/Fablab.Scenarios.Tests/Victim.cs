namespace Fablab.Scenarios.Tests;

/// <summary>Who is killed, as by <c>kill -9</c>.</summary>
public enum Victim
{
    Web,
    Bridge,
    Both,
}
