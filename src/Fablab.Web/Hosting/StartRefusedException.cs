namespace Fablab.Web.Hosting;

/// <summary>The program cannot start like this. The message is for the operator: what is wrong and what to do.</summary>
public sealed class StartRefusedException : Exception
{
    public StartRefusedException()
    {
    }

    public StartRefusedException(string message)
        : base(message)
    {
    }

    public StartRefusedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
