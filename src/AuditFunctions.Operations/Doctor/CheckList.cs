using AuditFunctions.Operations.Doctor.Checks;

namespace AuditFunctions.Operations.Doctor;

/// <summary>Every check: one line each. A stage begins when the one before has ended.</summary>
internal static class CheckList
{
    /// <summary>Who asks: role assignments name them.</summary>
    public static IReadOnlyList<ICheck> Identity { get; } = [new IdentityCheck()];

    /// <summary>What all else stands on. Rows are read after it.</summary>
    public static IReadOnlyList<ICheck> Storage { get; } =
    [
        new TableCheck(),
        new QueueCheck(),
        new BlobCheck(),
    ];

    /// <summary>The rest.</summary>
    public static IReadOnlyList<ICheck> Rest { get; } =
    [
        new VaultCheck(),
        new MessagesCheck(),
        new SecretsCheck(),
        new SourcesCheck(),
        new SubjectsCheck(),
        new DestinationsCheck(),
        new StateCheck(),
        new PoisonCheck(),
        new DeadLettersCheck(),
    ];

    /// <summary>What the others noticed by the way.</summary>
    public static IReadOnlyList<ICheck> Last { get; } = [new ClockCheck()];
}
