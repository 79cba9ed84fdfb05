using AuditFunctions.Pipeline.Storage.Account;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Tests.Azure;

/// <summary>Storage as a test itself reads and writes it: with longer tries than the product's, since one Azurite serves all tests, on a machine that may stall.</summary>
internal static class PatientStorage
{
    /// <summary>How long one try waits.</summary>
    public static readonly TimeSpan Try = TimeSpan.FromMinutes(2);

    public static StorageAccount Of(string? connectionString, string? prefix) =>
        new(Options.Create(new StorageOptions { ConnectionString = connectionString, Prefix = prefix ?? "", RequestTimeout = Try }));
}
