using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Operations.Adding;

/// <summary>A row that is made answer by answer; each answer is checked when it comes.</summary>
public sealed class RowDraft(RowKind kind, IReadOnlyList<RowParameter> parameters, Func<string, bool> isCommon)
{
    private readonly Dictionary<string, string> _columns = TableRow.NewColumns();

    /// <summary>What it describes.</summary>
    public RowKind Kind => kind;

    /// <summary>What may be given beside the columns that every row has.</summary>
    public IReadOnlyList<RowParameter> Parameters => parameters;

    /// <summary>The secrets that it refers to so far.</summary>
    public IReadOnlyList<SecretName> Secrets =>
        [.. _columns.Values.Select(value => SecretName.TryParse(value, out var name) ? name : (SecretName?)null).OfType<SecretName>().Distinct()];

    /// <summary>Whether a column was given.</summary>
    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>Takes a column that is known to be right.</summary>
    public RowDraft With(string column, string value)
    {
        _columns[column] = value;
        return this;
    }

    /// <summary>Takes an answer.</summary>
    /// <returns>What is wrong with it, with what is allowed; null when it was taken. Never holds what may be a secret.</returns>
    public string? Set(string column, string value)
    {
        var parameter = parameters.FirstOrDefault(parameter => parameter.Name.Equals(column, StringComparison.OrdinalIgnoreCase));
        if (parameter is null && !isCommon(column))
        {
            string[] names = [.. parameters.Select(parameter => parameter.Name)];
            return $"'{column}' is no parameter here; parameters: {string.Join(", ", names)}.{Nearest.Question(column, names)}";
        }

        if (value.Trim().Length == 0)
        {
            return $"{column}: is empty.";
        }

        if (parameter is not null)
        {
            var problems = new Problems();
            var alone = TableRow.NewColumns();
            alone[parameter.Name] = value.Trim();
            BoundParameters.Bind([parameter], "", new TableRow("", alone), isCommon, problems);
            if (problems.Found is [var first, ..])
            {
                return first.ToString();
            }
        }

        _columns[parameter?.Name ?? column] = value.Trim();
        return null;
    }

    /// <summary>The row as it stands in a file of its own.</summary>
    /// <param name="name">Its name.</param>
    public FileRow Row(string name) => RowFile.Read(RowFileEdit.Alone(kind, new TableRow(name, _columns)), "row", [])[0];
}
