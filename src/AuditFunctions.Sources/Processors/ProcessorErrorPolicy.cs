namespace AuditFunctions.Sources.Processors;

/// <summary>What becomes of an event that an action failed on, once the rest of the list is done with it.</summary>
public enum ProcessorErrorPolicy
{
    /// <summary>It goes on without what that action would have done.</summary>
    Pass,

    /// <summary>It is kept as a dead letter of each destination.</summary>
    DeadLetter,

    /// <summary>It is left out.</summary>
    Drop,
}
