using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Tests.Docs;

/// <summary>A parameter or column, as a table of the documentation shows it: name, whether it is required, default, meaning.</summary>
/// <param name="Name">The name.</param>
/// <param name="Required">Whether a row must give it.</param>
/// <param name="Default">Its default, or null.</param>
/// <param name="Secret">Whether it is a secret reference.</param>
internal sealed record ParameterRow(string Name, bool Required, string? Default, bool Secret)
{
    public static ParameterRow Of(RowParameter parameter) => new(parameter.Name, parameter.Required, parameter.Default, parameter.Secret);

    public static ParameterRow Of(string[] cells)
    {
        Assert.Equal(4, cells.Length);
        return new ParameterRow(
            cells[0].Trim('`'),
            cells[1] == "yes",
            cells[2] == "none" ? null : cells[2].Trim('`'),
            cells[3].StartsWith("Secret. ", StringComparison.Ordinal));
    }
}
