using System.Text.RegularExpressions;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Hosting;
using AuditFunctions.Operations.Adding;

namespace AuditFunctions.Operations.Importing;

/// <summary>Collects what becomes of another collector's configuration.</summary>
internal sealed partial class RowImport
{
    private const int MaxBytes = 16 * 1024 * 1024;
    private readonly List<TableRow> _sources = [];
    private readonly List<TableRow> _destinations = [];
    private readonly List<string> _notes = [];
    private readonly List<(SecretName Name, string From)> _secrets = [];

    // What each one holds; for names only, and shown nowhere.
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>What was collected.</summary>
    public ImportedRows Done => new(_sources, _destinations, _notes, _secrets);

    /// <summary>Reads a YAML or JSON file.</summary>
    /// <exception cref="OperationException">It cannot be read, or is no map.</exception>
    public static async Task<SettingMap> ReadAsync(string folder, string file, CancellationToken cancellationToken)
    {
        try
        {
            var path = Path.GetFullPath(file, folder);
            var text = await BoundedText.ReadAsync(path, MaxBytes, cancellationToken)
                ?? throw new OperationException($"'{file}' is too large for a configuration.");

            // JSON may be indented by tabs, YAML may not; inside a text of JSON none stands as it is.
            text = text.TrimStart().StartsWith('{') ? text.Replace('\t', ' ') : text;
            var problems = new Problems();
            return SettingYaml.Read(text, file, problems) as SettingMap
                ?? throw new OperationException(problems.None ? $"'{file}' is no map of keys and values." : string.Join(Environment.NewLine, problems.Found.Select(problem => problem.Where)) + ": cannot be read as YAML or JSON.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperationException($"'{file}' cannot be read: {exception.Message}");
        }
    }

    /// <summary>Says something of a row.</summary>
    public void Note(string about, string what) => _notes.Add($"{about}: {what}");

    /// <summary>A name for a row that is allowed and free.</summary>
    public string NameOf(RowKind kind, string text)
    {
        var name = NotAllowed().Replace(text.Trim().ToLowerInvariant(), "-").Trim('-', '.', '_');
        name = name.Length == 0 ? kind.Word() : name[..Math.Min(name.Length, ResourceName.MaxLength - 4)];
        return FreeName.Of(name, (kind == RowKind.Source ? _sources : _destinations).Select(row => row.Name).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>
    /// A reference in place of a secret: the same for the same value, and for no other. A variable such as <c>${OKTA_TOKEN}</c> gives it its
    /// name, a value does not appear.
    /// </summary>
    /// <param name="row">The row's name.</param>
    /// <param name="column">The column.</param>
    /// <param name="value">What stands there now.</param>
    /// <param name="from">Where that is, in words.</param>
    public string Reference(string row, string column, string value, string from)
    {
        var variable = Variable().Match(value);
        var words = variable.Success ? variable.Groups["name"].Value : $"{row}-{column}";
        var wanted = NotAllowed().Replace(words.ToLowerInvariant(), "-").Replace('.', '-').Replace('_', '-').Trim('-');
        var held = value.Length > 0 ? value : $"{row} {from}";
        var name = new SecretName(_values.GetValueOrDefault(wanted, held) == held ? wanted
            : _values.FirstOrDefault(known => known.Value == held && known.Key.StartsWith(wanted + "-", StringComparison.Ordinal)).Key
                ?? FreeName.Of(wanted, _values.Keys.ToHashSet(StringComparer.Ordinal)));
        _values[name.Value] = held;
        var origin = !variable.Success ? $"{from}, where it stands as it is: change it at the vendor as well if others could read that file"
            : variable.Value == value.Trim() ? $"the environment variable {variable.Groups["name"].Value}"
            : $"{from}: all of that text, with the value of the environment variable {variable.Groups["name"].Value} in it";
        if (!_secrets.Any(secret => secret.Name == name))
        {
            _secrets.Add((name, origin));
        }

        return name.ToString();
    }

    /// <summary>Takes a row.</summary>
    public void Add(RowKind kind, TableRow row) => (kind == RowKind.Source ? _sources : _destinations).Add(row);

    /// <summary>A destination of these columns, if there is one already.</summary>
    public string? DestinationLike(IReadOnlyDictionary<string, string> columns) =>
        _destinations.FirstOrDefault(row => row.Columns.Count == columns.Count && row.Columns.All(column => columns.GetValueOrDefault(column.Key) == column.Value))?.Name;

    /// <summary>Whether a text takes its value, or a part of it, from the environment.</summary>
    public static bool HasVariable(string text) => Variable().IsMatch(text);

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:-[^}]*)?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("[^a-z0-9._-]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NotAllowed();
}
