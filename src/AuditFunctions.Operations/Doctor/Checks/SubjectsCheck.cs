using AuditFunctions.Hosting;
using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Operations.Doctor.Storage;
using AuditFunctions.Pipeline.Storage.Account;
using Azure;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether the keys of subjects can be read, where a source encrypts by them: without them nobody decrypts what was encrypted, and none is forgotten.</summary>
internal sealed class SubjectsCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "subjects";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on)
    {
        string[] sources = [.. on.ChosenSources.Where(row => row.Definition?.SubjectSecrets.Any() == true).Select(row => row.Row.Name)];
        if (sources.Length > 0)
        {
            var table = new AccountProbe(on.Installation.Storage).Subjects;
            yield return new Look($"table '{table.Name}'", async cancellationToken => [await FindAsync(on, table, sources, cancellationToken)]);
        }
    }

    private static async Task<Finding> FindAsync(Examination on, ProbedThing table, string[] sources, CancellationToken cancellationToken)
    {
        var where = $"table '{table.Name}'";
        try
        {
            await table.ReadAsync(cancellationToken);
            return Finding.Ok(where, $"can be read; {Counted.Of(sources.Length, "source")} {(sources.Length == 1 ? "encrypts" : "encrypt")} by subject");
        }
        catch (RequestFailedException exception) when (StorageMeaning.IsMissing(exception))
        {
            return Finding.Note(
                where,
                $"is missing; source '{sources[0]}' makes it with its first subject",
                "If values were encrypted before, it was removed: restore it from a backup before more events come, or they cannot be decrypted, and who was forgotten gets a new key.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && StorageFailure.IsStorage(exception))
        {
            return StorageMeaning.Of(StorageService.Table(on.Installation.Storage), $"reading '{table.Name}'", on.Access, exception);
        }
    }
}
