using System.CommandLine;

namespace AuditFunctions.Cli.Shared;

/// <summary>The option <c>--set column=value</c>, which may stand several times.</summary>
internal static class SetOption
{
    /// <summary>Makes it.</summary>
    /// <param name="description">What is set.</param>
    /// <param name="example">How one is written, for who wrote it wrong.</param>
    public static Option<string[]> Create(string description, string example)
    {
        var option = new Option<string[]>("--set") { Description = $"{description} May stand several times.", HelpName = "column=value", Arity = ArgumentArity.OneOrMore };
        option.Refuse(all => all is not null && all.All(one => one.IndexOf('=', StringComparison.Ordinal) > 0), $"--set: write it as column=value, such as --set {example}.");
        return option;
    }

    /// <summary>The columns with their values, in the order in which they were given.</summary>
    public static IEnumerable<(string Column, string Value)> Read(string[]? given) =>
        (given ?? []).Select(set => set.Split('=', 2)).Select(parts => (parts[0].Trim(), parts[1]));
}
