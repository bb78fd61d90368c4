namespace Fablab.Bridge.Drivers;

/// <summary>No usable answer came. The true state of the machine is unknown until the next observation.</summary>
public sealed class MachineUnreachableException : Exception
{
    public MachineUnreachableException()
    {
    }

    public MachineUnreachableException(string message)
        : base(message)
    {
    }

    public MachineUnreachableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The controller heard us and said no.</summary>
public sealed class ControllerRefusedException : Exception
{
    public ControllerRefusedException()
    {
    }

    public ControllerRefusedException(string message)
        : base(message)
    {
    }

    public ControllerRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public ControllerRefusedException(string message, RefusalKind kind)
        : base(message) => Kind = kind;

    public RefusalKind Kind { get; }
}

/// <summary>Why a controller said no, as far as its answer tells.</summary>
public enum RefusalKind
{
    Other,

    /// <summary>The controller is in a state in which it cannot (HTTP 409 and the like).</summary>
    WrongState,

    /// <summary>Our credential lacks the right (HTTP 401, 403).</summary>
    NotAllowed,

    NotFound,

    /// <summary>The file is of a kind the controller does not take (HTTP 415).</summary>
    UnsupportedFile,
}
