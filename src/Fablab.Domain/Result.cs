using System.Diagnostics.CodeAnalysis;

namespace Fablab.Domain;

/// <summary>A value, or the refusal that stands in its place. An expected no is never an exception.</summary>
public sealed class Result<T>
{
    private readonly T? value;

    private Result(T? value, Refusal? refusal) => (this.value, Refusal) = (value, refusal);

    /// <summary>Why not; <see langword="null"/> when there is a value.</summary>
    public Refusal? Refusal { get; }

    public bool TryGet([MaybeNullWhen(false)] out T result, [NotNullWhen(false)] out Refusal? refusal)
    {
        (result, refusal) = (value, Refusal);
        return refusal is null;
    }

    public TOut Match<TOut>(Func<T, TOut> onValue, Func<Refusal, TOut> onRefusal) =>
        Refusal is null ? onValue(value!) : onRefusal(Refusal);

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);
}
