using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Storage.Account;

/// <summary>
/// Where tables, queues and blobs are: the Functions host's own storage account, from the settings <c>AzureWebJobsStorage</c> (a connection
/// string) or <c>AzureWebJobsStorage__accountName</c> (or the three <c>__…ServiceUri</c>) with a managed identity.
/// </summary>
public sealed class StorageOptions
{
    /// <summary>A connection string; <c>UseDevelopmentStorage=true</c> is Azurite's.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Name of the account, reached with an Entra identity.</summary>
    public string? AccountName { get; set; }

    /// <summary>Blob endpoint, where it is not the public one of <see cref="AccountName"/>.</summary>
    public Uri? BlobServiceUri { get; set; }

    /// <summary>Queue endpoint.</summary>
    public Uri? QueueServiceUri { get; set; }

    /// <summary>Table endpoint.</summary>
    public Uri? TableServiceUri { get; set; }

    /// <summary>Client id of a user-assigned identity.</summary>
    public string? ClientId { get; set; }

    /// <summary>Stands before every table, queue and container name, so that several installations can share an account: lower-case letters and digits, at most 20.</summary>
    [RegularExpression("^[a-z][a-z0-9]{0,19}$|^$", ErrorMessage = "The setting Storage__Prefix must be empty or at most 20 lower-case letters and digits, starting with a letter.")]
    public string Prefix { get; set; } = "";

    /// <summary>How long one of the four tries of a request waits; 1 s to 5 min. Default: 10 s for tables and queues, 30 s for blobs.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>The wait before the second try. No setting: tests in which storage is away need not wait as long as the product does.</summary>
    internal TimeSpan? FirstRetryDelay { get; set; }
}

/// <summary>Checks <see cref="StorageOptions"/>.</summary>
[OptionsValidator]
public sealed partial class StorageOptionsRules : IValidateOptions<StorageOptions>;

/// <summary>Checks that storage is named, in a way that the clients can use.</summary>
public sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ConnectionString) && string.IsNullOrWhiteSpace(options.AccountName)
            && (options.BlobServiceUri is null || options.QueueServiceUri is null || options.TableServiceUri is null))
        {
            return ValidateOptionsResult.Fail(
                "The setting AzureWebJobsStorage is missing: give a connection string (UseDevelopmentStorage=true for Azurite), or AzureWebJobsStorage__accountName for a managed identity.");
        }

        return ProblemOf(options) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;
    }

    private static string? ProblemOf(StorageOptions options)
    {
        if (!string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            if (!string.IsNullOrWhiteSpace(options.AccountName) || (options.BlobServiceUri ?? options.QueueServiceUri ?? options.TableServiceUri) is not null)
            {
                return "The setting AzureWebJobsStorage is a connection string, and AzureWebJobsStorage__accountName or an address below it names an account "
                    + "as well: leave out one of them.";
            }

            return options.ConnectionString.Contains('=', StringComparison.Ordinal)
                ? StorageConnection.ProblemOf(options.ConnectionString)
                : "The setting AzureWebJobsStorage is no connection string; for an account name use AzureWebJobsStorage__accountName.";
        }

        return !string.IsNullOrWhiteSpace(options.AccountName) && !StorageConnection.IsAccountName(options.AccountName)
            ? "The setting AzureWebJobsStorage__accountName is not the name of a storage account: 3 to 24 lower-case letters and digits."
            : null;
    }
}
