namespace AuditFunctions.Sandbox;

/// <summary>Azurite could not be installed or started. The message says what is missing and what to do.</summary>
public sealed class AzuriteException : Exception
{
    /// <summary>Creates the exception.</summary>
    public AzuriteException()
    {
    }

    /// <summary>Creates the exception with what happened and what to do.</summary>
    public AzuriteException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with what happened, what to do, and the cause.</summary>
    public AzuriteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
